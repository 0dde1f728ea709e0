import * as l10n from '@vscode/l10n';
import { encodeEvent } from '../contract/decode.ts';
import type { AgentEvent } from '../contract/event.ts';
import { doerName } from '../state/agent-name.ts';
import { historyWords } from '../state/history-words.ts';
import { describeWithTime } from '../state/describe.ts';
import { personName } from '../state/wording.ts';
import type { World } from '../state/world.ts';
import { oneLine } from './inert-text.ts';
import type { EventsQuery } from './screen.ts';

/** As many as an editor shows without effort; Export Events has all. */
export const SHOWN_EVENTS = 5000;

/** `2026-11-20 14:05:12`, where the machine is. */
const dateTime = (timestamp: string, timeZone: string | undefined): string =>
  new Date(timestamp).toLocaleString('sv-SE', { timeZone });

/** `   12  2026-11-20 14:05:12  coder-2  modified src/login.ts +12 −3` */
function eventLine(event: AgentEvent, nameOf: (id: string) => string, timeZone?: string): string {
  const number = String(event.sequence).padStart(6);
  const who = oneLine(nameOf(event.source_agent_id), 40).padEnd(12);
  return `${number}  ${dateTime(event.timestamp, timeZone)}  ${who}  ${oneLine(describeWithTime(event, timeZone), 1000)}`;
}

interface EventsToShow extends Pick<EventsQuery, 'format' | 'task_id' | 'sequence' | 'archive'> {
  /** How many events before these were not even read. */
  readonly older?: number;
  /** Whether among those are some that are not in the log any more. */
  readonly isTruncated?: boolean;
  /** What is said above all. */
  readonly intro?: string | undefined;
}

/** How to see what is not shown; `cut`: some of it is not in the log any more. */
function moreWords(left: number, archive: string | undefined, cut: World | undefined): string {
  if (archive !== undefined)
    return l10n.t('{0} older events not shown here; lineclear archive show {1} has all.', left, archive);
  if (cut)
    return l10n.t(
      'Older events are not shown here; those of tasks that ended long ago are archived ({0}): Lineclear: Open Archive…',
      historyWords(cut),
    );
  return left === 1
    ? l10n.t('1 older event not shown here; Lineclear: Export Events has all.')
    : l10n.t('{0} older events not shown here; Lineclear: Export Events has all.', left);
}

const missingWords = (sequence: number | undefined, { history }: World): string =>
  history && (sequence ?? Infinity) <= history.upto
    ? l10n.t('This event was archived or deleted with its task: Lineclear: Open Archive…')
    : l10n.t('There is no such event.');

/** The text of a document about events: what there is to read about them, the oldest first. */
export async function eventsText(
  events: AsyncIterable<AgentEvent>,
  { format, task_id, sequence, archive, older = 0, isTruncated = false, intro }: EventsToShow,
  world: World,
  timeZone?: string,
): Promise<string> {
  let shown: AgentEvent[] = [];
  let left = older;
  for await (const event of events) {
    shown.push(event);
    if (shown.length < 2 * SHOWN_EVENTS) continue;
    left += SHOWN_EVENTS;
    shown = shown.slice(SHOWN_EVENTS);
  }
  left += Math.max(0, shown.length - SHOWN_EVENTS);
  shown = shown.slice(-SHOWN_EVENTS);
  const isCut = isTruncated && task_id === undefined && sequence === undefined;
  const more = left > 0 || isCut ? moreWords(left, archive, isCut ? world : undefined) : undefined;
  const head = [intro, more].filter((line) => line !== undefined);
  if (format === 'json') {
    const stored = shown.map((event) => encodeEvent(event));
    const comments = head.map((line) => `// ${line}\n`).join('');
    const json = JSON.stringify(sequence === undefined ? stored : stored[0], undefined, 2);
    return `${comments}${json ?? `// ${missingWords(sequence, world)}`}\n`;
  }
  // In one task, who has which role is clear.
  const nameOf = (id: string) => (task_id === undefined ? personName(id) : doerName(world, id));
  return [
    ...head.map((line) => `… ${line}`),
    ...shown.map((event) => eventLine(event, nameOf, timeZone)),
    '',
  ].join('\n');
}
