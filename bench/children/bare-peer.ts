// Listens as barely as the backend allows and prints, for each thing it hears of, its number and when.
import { openLog } from '../../src/log/open.ts';
import { subscribe } from '../../src/log/subscribe.ts';
import { openBare } from '../memory/bare.ts';
import { logOptionsOf } from '../memory/log-options.ts';
import { reportPosition } from './report.ts';

const options = logOptionsOf(process.argv);
const bare = await openBare(options);
if (bare) {
  await bare.subscribe((text) => reportPosition(Number(text)));
  reportPosition(0);
} else {
  const { log } = await openLog(options);
  for await (const { position } of subscribe(log, { signal: new AbortController().signal }))
    reportPosition(position);
}
