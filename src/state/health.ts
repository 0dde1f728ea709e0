import * as l10n from '@vscode/l10n';
import { counted } from './counted.ts';
import { historyWords } from './history-words.ts';
import type { TruncatedHistory } from './history.ts';
import { shorten } from './shorten.ts';
import { fileSize, joined } from './wording.ts';
import { formatTime } from './time-format.ts';

/** One thing that was looked at. */
export interface HealthLine {
  readonly level: 'ok' | 'warning' | 'failure';
  /** What it is about. */
  readonly subject: string;
  readonly text: string;
  /** What can be done, if anything is to be done. */
  readonly next?: string;
}

/** What was found; what comes from a log that cannot be opened is missing. */
export interface HealthFacts {
  /** Where the log is, as it may be shown. */
  readonly place: string;
  /** Why it cannot be opened, or cannot be written. */
  readonly problem?: { readonly message: string; readonly next: string };
  readonly log?: {
    readonly product: string;
    readonly survives: 'power' | 'crash' | 'nothing' | 'unknown';
    readonly settings: string;
    readonly forgets?: string | undefined;
    readonly events: number;
    /** Of an answer, in milliseconds. */
    readonly latency: number;
  };
  /** What takes room in the log. */
  readonly history?: {
    readonly bytes: number | undefined;
    /** Tasks that ended more than `days` ago and that nothing needs. */
    readonly old: number;
    readonly days: number;
    readonly truncated: TruncatedHistory | undefined;
    /** Up to which event some are missing, whoever removed them; 0 when none is. */
    readonly removedUpTo: number;
  };
  readonly groups?: readonly {
    readonly group: string;
    readonly behind: number;
    readonly outstanding: number;
    readonly stoppedAt: number | undefined;
    /** Events that it has not looked at are not in the log any more. */
    readonly isCutOff: boolean;
  }[];
  readonly deadLetters?: number;
  /** What was stored to be recorded later. */
  readonly outbox?: {
    readonly waiting: number;
    /** When the oldest was. */
    readonly since: Date | undefined;
    /** Files of those that the log refused for good. */
    readonly refused: readonly string[];
    /** When the oldest of these were removed. */
    readonly removedAt: Date | undefined;
  };
  /** All that have not ended well. */
  readonly orchestrators?: readonly {
    readonly sight: 'responding' | 'silent' | 'gone' | 'unknown';
    readonly process: string;
    /** Whether it carries out the tasks of this project. */
    readonly isOurs: boolean;
  }[];
  /** Tasks that wait for one, by their projects; `isLate`: for longer than it takes one to start. */
  readonly unattended?: readonly {
    readonly project: string | undefined;
    readonly isOurs: boolean;
    readonly tasks: number;
    readonly isLate: boolean;
  }[];
  /** Agents that are alive, and those that are alive and do not respond. */
  readonly agents?: { readonly alive: number; readonly silent: number };
  /** Bytes that are free where the workspace is. */
  readonly freeBytes: number | undefined;
}

/** A reader of a log on a server notices more than this, in milliseconds. */
const SLOW_MS = 250;
/** A group that is this far behind does not keep up. */
const FAR_BEHIND = 1000;
const GIGABYTE = 1e9;
/** Of a log. */
const LARGE_BYTES = GIGABYTE;
const SCARCE_BYTES = 2 * GIGABYTE;
const TOO_FEW_BYTES = 0.2 * GIGABYTE;

type Log = NonNullable<HealthFacts['log']>;

function survival({ survives, settings }: Log): HealthLine {
  const subject = l10n.t('Durability');
  const said = (words: string) => (settings === '' ? words : `${words} (${settings})`);
  switch (survives) {
    case 'power':
      return { level: 'ok', subject, text: said(l10n.t('what is recorded survives a loss of power')) };
    case 'crash':
      return {
        level: 'ok',
        subject,
        text: said(l10n.t('what is recorded survives a crash; a loss of power may take the last moments')),
      };
    case 'nothing':
      return {
        level: 'failure',
        subject,
        text: said(l10n.t('a crash of the server takes what was recorded since its last snapshot')),
        next: l10n.t('Switch on appendonly in the configuration of the server.'),
      };
    case 'unknown':
      return {
        level: 'warning',
        subject,
        text: said(l10n.t('the server does not tell how often it writes to its disk')),
        next: l10n.t('Ask who runs the server: sync_interval of NATS, appendfsync of Redis.'),
      };
  }
}

function logLines({ place, problem, log }: HealthFacts): HealthLine[] {
  const subject = l10n.t('Log');
  if (!log) {
    const { message, next } = problem ?? { message: place, next: '' };
    return [{ level: 'failure', subject, text: message, next }];
  }
  const text = l10n.t(
    '{0} at {1}: {2}, answers in {3} ms',
    log.product,
    place,
    counted(log.events, 'event'),
    Math.ceil(log.latency),
  );
  const slow = {
    level: 'warning',
    next: l10n.t('Look at the network to the server and at what else runs there.'),
  } as const;
  return [
    { level: 'ok', subject, text, ...(log.latency > SLOW_MS ? slow : {}) },
    ...(problem ? [{ level: 'failure', subject, text: problem.message, next: problem.next } as const] : []),
    survival(log),
    ...(log.forgets === undefined
      ? []
      : [
          {
            level: 'failure',
            subject: l10n.t('Durability'),
            text: l10n.t('the server may remove events by itself: {0}', log.forgets),
            next: l10n.t('Change that setting of the server; Redis needs maxmemory-policy noeviction.'),
          } as const,
        ]),
  ];
}

/** What is not in the log any more. */
function missingWords({
  truncated,
  removedUpTo,
}: Pick<NonNullable<HealthFacts['history']>, 'truncated' | 'removedUpTo'>): string {
  if (truncated) return l10n.t('archived or deleted: {0}', historyWords({ history: truncated }));
  return removedUpTo > 0
    ? l10n.t('events up to {0} were removed by others than Lineclear', removedUpTo)
    : l10n.t('whole');
}

function historyLine({
  bytes,
  old,
  days,
  truncated,
  removedUpTo,
}: NonNullable<HealthFacts['history']>): HealthLine {
  const subject = l10n.t('History');
  const parts = [
    bytes !== undefined && fileSize(bytes),
    missingWords({ truncated, removedUpTo }),
    old > 0 && l10n.t('{0} ended more than {1} ago', counted(old, 'task'), counted(days, 'day')),
  ];
  const text = joined(...parts);
  if (old === 0) return { level: 'ok', subject, text };
  const level = (bytes ?? 0) > LARGE_BYTES ? 'warning' : 'ok';
  return { level, subject, text, next: l10n.t('Archive their events: lineclear retain') };
}

function groupLine({
  group,
  behind,
  outstanding,
  stoppedAt,
  isCutOff,
}: NonNullable<HealthFacts['groups']>[number]): HealthLine {
  const subject = l10n.t('Group {0}', group);
  if (stoppedAt !== undefined)
    return {
      level: 'failure',
      subject,
      text: l10n.t('stopped at event {0}', stoppedAt),
      next: l10n.t('Look at its dead letter: lineclear dlq list --group {0}', group),
    };
  if (isCutOff)
    return {
      level: 'failure',
      subject,
      text: l10n.t('events were removed before it had them'),
      next: l10n.t('Let it go on with what is left: lineclear group skip {0}', group),
    };
  const text = l10n.t('{0} behind, {1} unfinished', counted(behind, 'event'), outstanding);
  if (behind <= FAR_BEHIND) return { level: 'ok', subject, text };
  return {
    level: 'warning',
    subject,
    text,
    next: l10n.t('Start a worker, or more of them: lineclear consume --group {0}', group),
  };
}

function deadLetterLine(count: number): HealthLine {
  const subject = l10n.t('Dead letters');
  if (count === 0) return { level: 'ok', subject, text: l10n.t('none') };
  return { level: 'warning', subject, text: String(count), next: l10n.t('Look at them: lineclear dlq list') };
}

function outboxLines({ outbox, problem }: HealthFacts): HealthLine[] {
  if (!outbox) return [];
  const { waiting, since, refused, removedAt } = outbox;
  const subject = l10n.t('Outbox');
  if (waiting + refused.length === 0 && !removedAt)
    return [{ level: 'ok', subject, text: l10n.t('nothing waits') }];
  const what = counted(waiting, 'event');
  const from = since ? formatTime(since, 'full') : '';
  return [
    ...(waiting === 0
      ? []
      : [
          {
            level: 'warning',
            subject,
            text: problem
              ? l10n.t('{0} waiting since {1}: {2}', what, from, problem.message)
              : l10n.t('{0} waiting since {1}', what, from),
            next: problem
              ? l10n.t('They are recorded as soon as the log can be.')
              : l10n.t(
                  'Record them with lineclear outbox deliver; an open window or lineclear serve does it, too.',
                ),
          } as const,
        ]),
    ...refused.map(
      (file) =>
        ({
          level: 'failure',
          subject,
          text: l10n.t('refused: {0}', file),
          next: l10n.t(
            'The file says why: correct it and run lineclear outbox deliver --refused, or delete it.',
          ),
        }) as const,
    ),
    ...(removedAt
      ? [
          {
            level: 'warning',
            subject,
            text: l10n.t('the oldest that were refused were removed on {0}', formatTime(removedAt, 'full')),
            next: l10n.t('The newest 1,000 of a month are kept: look sooner at what is refused.'),
          } as const,
        ]
      : []),
  ];
}

function orchestratorLines({ orchestrators, unattended = [] }: HealthFacts): HealthLine[] {
  if (!orchestrators) return [];
  const subject = l10n.t('Orchestrator');
  const there = orchestrators.filter(({ sight }) => sight === 'responding' || sight === 'silent');
  const lines = there.map(({ sight, process }): HealthLine => {
    if (sight === 'responding') return { level: 'ok', subject, text: process };
    return {
      level: 'failure',
      subject,
      text: l10n.t('{0} does not respond', process),
      next: l10n.t('End it, and start another one with lineclear serve.'),
    };
  });
  const missing = unattended.map(missingLine);
  if (there.some(({ isOurs }) => isOurs) || unattended.some(({ isOurs }) => isOurs))
    return [...lines, ...missing];
  return [
    ...lines,
    ...missing,
    { level: 'ok', subject, text: l10n.t('not running; nothing waits for one here') },
  ];
}

function missingLine({
  project,
  isOurs,
  tasks,
  isLate,
}: NonNullable<HealthFacts['unattended']>[number]): HealthLine {
  const subject =
    project === undefined ? l10n.t('Orchestrator') : l10n.t('Orchestrator of “{0}”', shorten(project, 40));
  const wait = counted(tasks, 'task');
  if (!isLate) return { level: 'ok', subject, text: l10n.t('none at work yet; {0} waiting for one', wait) };
  return {
    level: 'warning',
    subject,
    text: l10n.t('none at work; {0} waiting for one', wait),
    next: isOurs
      ? l10n.t('Start one with lineclear serve, or open the folder in VS Code.')
      : l10n.t('Start one with lineclear serve in a folder of that project, or open one in VS Code.'),
  };
}

function agentLine({ alive, silent }: NonNullable<HealthFacts['agents']>): HealthLine {
  const subject = l10n.t('Agents');
  if (silent === 0) return { level: 'ok', subject, text: l10n.t('{0} alive', alive) };
  return {
    level: 'warning',
    subject,
    text: l10n.t('{0} alive, {1} of them do not respond', alive, silent),
    next: l10n.t('Look at them in lineclear list, and stop what hangs.'),
  };
}

function diskLine(freeBytes: number | undefined): HealthLine {
  const subject = l10n.t('Disk');
  if (freeBytes === undefined)
    return {
      level: 'warning',
      subject,
      text: l10n.t('cannot be looked at'),
      next: l10n.t('Look whether the folder of the workspace is there.'),
    };
  const text = l10n.t('{0} GB free', (freeBytes / GIGABYTE).toFixed(1));
  if (freeBytes >= SCARCE_BYTES) return { level: 'ok', subject, text };
  const level = freeBytes < TOO_FEW_BYTES ? 'failure' : 'warning';
  return { level, subject, text, next: l10n.t('Make room: snapshots, worktrees and the log need some.') };
}

/** Each thing that was looked at, and what to do about it. */
export function healthLines(facts: HealthFacts): HealthLine[] {
  const { history, groups = [], deadLetters, agents, freeBytes } = facts;
  return [
    ...logLines(facts),
    ...(history ? [historyLine(history)] : []),
    ...outboxLines(facts),
    ...groups.map(groupLine),
    ...(deadLetters === undefined ? [] : [deadLetterLine(deadLetters)]),
    ...orchestratorLines(facts),
    ...(agents ? [agentLine(agents)] : []),
    diskLine(freeBytes),
  ];
}
