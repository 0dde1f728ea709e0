import type { AgentEvent } from '../../contract/event.ts';
import { doerName } from '../../state/agent-name.ts';
import { describeWithTime } from '../../state/describe.ts';
import { type Moment, personName, timeOfDay } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { type Line, row } from '../line.ts';
import { padTo, truncate } from '../text-width.ts';
import { printable } from '../printable.ts';

const WHO = 14;
const TIME = 8;
const SEQUENCE = 6;

/**
 * One event as one line: sequence, time, who, what. The columns are fixed, since what comes next is not known.
 * Agents are called by their ids; with a world, where all events are of one task, by their roles.
 */
export function eventLine(event: AgentEvent, moment: Moment, world?: World): Line {
  const id = event.source_agent_id;
  const who = printable(world ? doerName(world, id) : personName(id));
  return row(
    { text: String(event.sequence).padStart(SEQUENCE), style: 'dim' },
    '  ',
    { text: padTo(timeOfDay(event.timestamp, moment, 'second'), TIME), style: 'dim' },
    '  ',
    { text: padTo(truncate(who, WHO), WHO), style: 'cyan' },
    '  ',
    describeWithTime(event, moment.timeZone),
  );
}
