// Subscribes to a log and prints, per batch, the position and when it arrived.
import { openLog } from '../../src/log/open.ts';
import { subscribe } from '../../src/log/subscribe.ts';
import { reportCpu, reportPosition } from './report.ts';

const [, , file = ''] = process.argv;
const { log } = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
reportCpu();
for await (const { position } of subscribe(log, { signal: new AbortController().signal })) {
  reportPosition(position);
}
