// An orchestrator that kills itself, as hard as a process can be killed: node serve-until.ts ROOT SEQUENCE MOMENT [AGENTS]
// MOMENT `recorded`: as soon as the log holds that event. `acted`: when it has gone on from there and would append more. AGENTS `stumbling`: those of stumbling.ts.
import type { EventLog } from '../../../src/log/log.ts';
import { serveWith } from '../serve-with.ts';
import { stumblingAgents } from '../stumbling.ts';

const [root = '', sequence = '', moment = '', agents = ''] = process.argv.slice(2);
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

const startAgent = agents === 'stumbling' ? stumblingAgents().startAgent : undefined;
await serveWith(root, { wrapLog, startAgent }, () => undefined, new AbortController().signal);
