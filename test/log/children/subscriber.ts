// Follows a log and says what it receives. Does not close the log: a log that nobody waits for keeps no process alive.
import { openLog } from '../../../src/log/open.ts';
import { subscribe } from '../../../src/log/subscribe.ts';
import { argumentsOf, say, subscriberArguments } from './protocol.ts';

const { file, durability, bell, poll, last } = argumentsOf(subscriberArguments);
const { log } = await openLog({
  backend: 'sqlite',
  file,
  tenantId: 'acme',
  durability,
  wakeUp: { bell, poll },
});
const ended = new AbortController();
for await (const { events, position, caughtUp } of subscribe(log, { signal: ended.signal })) {
  say({ position, caughtUp, events: events.map(({ sequence, id }) => [sequence, id]) });
  if (position >= last) ended.abort();
}
