// A window without a screen: follows the log of a workspace until it is ended. node follower.ts ROOT
import { openApp } from '../../src/app.ts';

const [root = ''] = process.argv.slice(2);
const app = await openApp({ root, source: 'vscode' });
process.once('SIGTERM', () => void app.close());
await app.follow(
  () => undefined,
  (error) => {
    throw error;
  },
);
