// An orchestrator that kills itself, as hard as a process can be killed: node serve-until.ts ROOT SEQUENCE MOMENT
// MOMENT `recorded`: as soon as the log holds that event. `acted`: when it has gone on from there and would append more.
import type { EventLog } from '../../../src/log/log.ts';
import { serveWith } from '../serve-with.ts';

const [root = '', sequence = '', moment = ''] = process.argv.slice(2);
let reached = false;

const die = () => process.kill(process.pid, 'SIGKILL');

const wrapLog = (log: EventLog): EventLog => ({
  ...log,
  async append(drafts, options) {
    if (moment === 'acted' && reached) die();
    const events = await log.append(drafts, options);
    reached ||= events.some((event) => event.sequence >= Number(sequence));
    if (moment === 'recorded' && reached) die();
    return events;
  },
});

await serveWith(root, { wrapLog }, () => undefined, new AbortController().signal);
