import * as l10n from '@vscode/l10n';
import type { AgentGroup } from './agent-group.ts';
import type { AgentState } from './agent.ts';
import type { ChunkStatus } from './chunk-status.ts';
import { counted } from './counted.ts';
import type { InboxKind } from './inbox.ts';
import type { PlanDecision, TaskPhase, TaskState } from './task.ts';
import { formatTime } from './time-format.ts';

/** The time that a view is drawn for, and what is known then that no event tells. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Where an orchestrator is missing that would carry a task out: in this project's folders or another's; if one is. */
  readonly missingFor?: ((task: TaskState) => 'here' | 'elsewhere' | undefined) | undefined;
  /** IANA name; default: the one of the machine. */
  readonly timeZone?: string | undefined;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Less than this is just now. */
const FRESH = 10 * SECOND;

/** How long ago, in steps that change rarely: `just now`, `10 s`, `3 min`, `2 h`, `5 d`. */
export function age(since: string, { now }: Moment): string {
  const passed = now - Date.parse(since);
  if (!Number.isFinite(passed)) return '';
  if (passed < FRESH) return l10n.t('just now');
  if (passed < MINUTE) return `${Math.floor(passed / (10 * SECOND)) * 10} s`;
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  return `${Math.floor(passed / DAY)} d`;
}

/** The same within a sentence: `just now`, `3 min ago`. */
export const ago = (since: string, moment: Moment): string =>
  moment.now - Date.parse(since) < FRESH ? age(since, moment) : l10n.t('{0} ago', age(since, moment));

/** How long something took: `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`. By a clock that was put back, it took no time. */
export function duration(took: number): string {
  const milliseconds = Math.max(0, took);
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  const seconds = Math.round(milliseconds / SECOND);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** How long it still takes, in steps that change rarely: `10 s`, `3 min`, `2 h`; `a moment` when the time has come. */
export function remaining(until: string, { now }: Moment): string {
  const left = Date.parse(until) - now;
  if (!(left > 0)) return l10n.t('a moment');
  if (left <= MINUTE) return `${Math.ceil(left / (10 * SECOND)) * 10} s`;
  if (left <= HOUR) return `${Math.ceil(left / MINUTE)} min`;
  if (left <= DAY) return `${Math.ceil(left / HOUR)} h`;
  return `${Math.ceil(left / DAY)} d`;
}

/** `until 14:05, in 3 min`, with the day only where the clock could mean several; without the rest when that time has come. */
export function untilWords(until: string, moment: Moment): string {
  const left = Date.parse(until) - moment.now;
  if (!(left > 0)) return untilTime(until, moment);
  const isClear = left < DAY;
  const time = isClear ? formatTime(new Date(until), 'minute', moment.timeZone) : timeOfDay(until, moment);
  return l10n.t('until {0}, in {1}', time, remaining(until, moment));
}

/** `until 14:05` */
export const untilTime = (until: string, moment: Moment): string =>
  l10n.t('until {0}', timeOfDay(until, moment));

/** `14:05` today, `20 Nov 14:05` on another day; the seconds only where the order of events matters. */
export function timeOfDay(
  timestamp: string,
  { now, timeZone }: Moment,
  precision: 'minute' | 'second' = 'minute',
): string {
  const date = new Date(timestamp);
  if (Number.isNaN(date.getTime())) return timestamp;
  const isToday = formatTime(date, 'day', timeZone) === formatTime(now, 'day', timeZone);
  if (isToday) return formatTime(date, precision, timeZone);
  return `${formatTime(date, 'shortDay', timeZone)} ${formatTime(date, 'minute', timeZone)}`;
}

/** US dollars; a positive cost is never shown as nothing. */
export const cost = (usd: number): string =>
  usd > 0 && usd < 0.01 ? l10n.t('under {0}', '$0.01') : `$${usd.toFixed(2)}`;

/** `~$0.40` */
export const estimate = (usd: number | undefined): string | undefined =>
  usd === undefined ? undefined : `~$${usd.toFixed(2)}`;

export { counted };

/** `950`, `12.4k`. */
export const thousands = (count: number): string =>
  count < 1000 ? String(count) : `${(count / 1000).toFixed(1)}k`;

/** `950 tokens`, `12.4k tokens`. */
export const tokens = (count: number): string =>
  count < 1000 ? counted(count, 'token') : l10n.t('{0} tokens', thousands(count));

/** `412 MB`, `1.4 GB`. */
export const memory = (mebibytes: number): string =>
  mebibytes < 1000 ? `${Math.round(mebibytes)} MB` : `${(mebibytes / 1024).toFixed(1)} GB`;

/** `640 kB`, `12 MB` */
export const fileSize = (bytes: number): string =>
  bytes < 2 ** 20 ? `${Math.ceil(bytes / 1024)} kB` : memory(bytes / 2 ** 20);

/** `9 %` */
export const percent = (value: number): string => `${Math.round(value)} %`;

/** `9 % CPU`; 100 % is one core. */
export const cpu = (value: number): string => `${percent(value)} CPU`;

/** Parts of a description, in the order in which a person asks. */
export const joined = (...parts: readonly (string | undefined | false)[]): string =>
  parts.filter((part) => typeof part === 'string' && part !== '').join(' · ');

/** `user:maria` is shown as `maria`, and the rule that answered for a person as `rule reading`. */
export const personName = (id: string): string =>
  id.startsWith('rule:') ? l10n.t('rule {0}', id.slice('rule:'.length)) : id.replace(/^user:/, '');

/** Words that begin a sentence. */
export const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

export const phaseWords: Readonly<Record<TaskPhase, string>> = {
  created: l10n.t('created'),
  planning: l10n.t('planning'),
  plan_review: l10n.t('plan in review'),
  executing: l10n.t('executing'),
  reviewing: l10n.t('reviewing'),
  completed: l10n.t('completed'),
  failed: l10n.t('failed'),
  cancelled: l10n.t('cancelled'),
};

export const chunkWords: Readonly<Record<ChunkStatus, string>> = {
  pending: l10n.t('not begun'),
  running: l10n.t('working'),
  paused: l10n.t('paused'),
  interrupted: l10n.t('interrupted'),
  completed: l10n.t('done'),
  failed: l10n.t('failed'),
  skipped: l10n.t('skipped'),
};

export const verdictWords: Readonly<Record<PlanDecision['verdict'], string>> = {
  approved: l10n.t('approved'),
  changes: l10n.t('sent back for changes'),
  rejected: l10n.t('rejected'),
};

export const agentStatusWords: Readonly<Record<AgentState['status'], string>> = {
  created: l10n.t('created'),
  starting: l10n.t('starting'),
  working: l10n.t('working'),
  waiting: l10n.t('waiting'),
  paused: l10n.t('paused'),
  idle: l10n.t('idle'),
  completed: l10n.t('completed'),
  failed: l10n.t('failed'),
  stopped: l10n.t('stopped'),
  lost: l10n.t('lost'),
  deleted: l10n.t('deleted'),
};

export const groupWords: Readonly<Record<AgentGroup, string>> = {
  waiting: l10n.t('Waiting for you'),
  working: l10n.t('Working'),
  idle: l10n.t('Idle'),
  lost: l10n.t('Lost'),
  done: l10n.t('Done'),
};

/** What an agent waits for. */
export const waitWords: Readonly<Record<Extract<InboxKind, 'plan' | 'question' | 'permission'>, string>> = {
  plan: l10n.t('plan in review'),
  question: l10n.t('asks a question'),
  permission: l10n.t('asks for permission'),
};
