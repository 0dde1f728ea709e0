// Keeps the notes of a workspace in files, as a window does, until it is ended: window.ts FOLDER
import { openApp } from '../../../src/app.ts';

const [root = ''] = process.argv.slice(2);
const app = await openApp({ root, source: 'vscode' });
app.keepMemoryFiles(() => undefined);
await app.follow(
  () => undefined,
  () => undefined,
);
console.log('ready');
