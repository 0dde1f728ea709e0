// Subscribes to the notes and contexts of a log and prints, for each change, its sequence and when its handler ran.
import { openLog } from '../../src/log/open.ts';
import { Memory } from '../../src/memory/memory.ts';
import { MEMORY_TYPES } from '../../src/state/memory.ts';
import { logOptionsOf } from '../memory/log-options.ts';
import { reportPosition } from './report.ts';

const backend = await openLog(logOptionsOf(process.argv));
const memory = await Memory.open(backend, (error) => {
  throw error;
});
memory.subscribe(MEMORY_TYPES, ({ sequence }) => reportPosition(sequence));
await memory.refresh();
reportPosition(0);
