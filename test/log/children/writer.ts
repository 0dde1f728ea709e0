// Appends one event after another and says which ones were acknowledged.
import { derivedEventId } from '../../../src/log/event-id.ts';
import { openLog } from '../../../src/log/open.ts';
import { output } from '../drafts.ts';
import { argumentsOf, say, writerArguments } from './protocol.ts';

const { file, durability, seed, first, count = Infinity } = argumentsOf(writerArguments);
const { log } = await openLog({ backend: 'sqlite', file, tenantId: 'acme', durability });
for (let index = first; index < first + count; index += 1) {
  const id = derivedEventId(seed, String(index));
  const [event] = await log.append([output(`${seed} ${index}`, { id })]);
  say({ acknowledged: index, id, sequence: event?.sequence ?? 0 });
}
await log.close();
