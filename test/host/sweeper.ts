// node sweeper.ts FOLDER
// Waits until the process that started it is gone, however that happened (its end closes our standard input), then
// ends what that process left running and removes its folder. A handler for signals in the process itself would
// miss SIGKILL, and test runners end their workers with it.
import { createInterface } from 'node:readline';
import { endProcesses, removeFolder } from './processes.ts';

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('usage: node sweeper.ts FOLDER');

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);

const groups = new Set<number>();
for await (const line of createInterface({ input: process.stdin })) groups.add(Number(line));
await endProcesses(folder, groups);
removeFolder(folder);
