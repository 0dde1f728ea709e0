import * as l10n from '@vscode/l10n';
import type { App } from '../app.ts';
import { groupOf } from '../state/agent-group.ts';
import { waitingNow } from '../state/inbox.ts';
import type { World } from '../state/world.ts';
import { inboxLabel } from './trees/inbox-model.ts';
import { markdownText } from './inert-text.ts';
import type { CommandId } from './commands.ts';
import type { LogState } from './log-session.ts';
import { isEnded } from '../state/task.ts';
import { NOTHING_WAITS, type WaitingOutbox, outboxStatusOf, waitingWordsOf } from './outbox-status.ts';
import { sentences } from './sentences.ts';
import { remaining } from '../state/wording.ts';

export interface Status {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
  readonly severity: 'none' | 'warning' | 'error';
  /** What a click runs. */
  readonly command: CommandId | 'lineclear.inbox.focus' | 'lineclear.agents.focus';
}

const MOST = 8;

/** When nothing else goes on: what goes on by itself, the soonest. */
function parkedStatus(world: World, now: number): Status | undefined {
  const [first, ...others] = [...world.tasks.values()]
    .flatMap(({ title, phase, parked }) =>
      parked?.until === undefined || isEnded(phase) ? [] : [{ title, until: parked.until }],
    )
    .toSorted((a, b) => Date.parse(a.until) - Date.parse(b.until));
  if (!first) return undefined;
  const time = remaining(first.until, { now });
  const more =
    others.length === 1 ? l10n.t('1 other task later.') : l10n.t('{0} other tasks later.', others.length);
  return {
    text: `$(clock) ${l10n.t('resumes in {0}', time)}`,
    tooltip: [
      l10n.t('“{0}” resumes in {1}.', markdownText(first.title, 80), time),
      ...(others.length > 0 ? [more] : []),
    ].join(' '),
    spoken: l10n.t('Lineclear: {0} resumes in {1}', first.title, time),
    severity: 'none',
    command: 'lineclear.agents.focus',
  };
}

const runningWords = (agents: number): string =>
  agents === 1 ? l10n.t('1 agent running') : l10n.t('{0} agents running', agents);

/** Also said of the Inbox. */
export const waitingWords = (things: number): string =>
  things === 1 ? l10n.t('1 thing waiting for you') : l10n.t('{0} things waiting for you', things);

/** The status bar's entry; undefined when there is nothing to say. */
export function statusOf(
  state: LogState,
  world: World,
  now = Date.now(),
  outbox: WaitingOutbox = NOTHING_WAITS,
  /** What waits besides, in words. */
  more: readonly string[] = [],
): Status | undefined {
  if (state.kind === 'failed') {
    const isAway = state.error.code === 'log_unreachable';
    const { message, next } = state.error;
    return {
      text: isAway ? `$(debug-disconnect) ${l10n.t('Lineclear: not connected')}` : '$(error) Lineclear',
      tooltip: [message, next, ...waitingWordsOf(outbox)].map((part) => markdownText(part)).join('\n\n'),
      spoken: `Lineclear: ${sentences(message, ...waitingWordsOf(outbox))}`,
      severity: isAway ? 'warning' : 'error',
      command: 'lineclear.inbox.focus',
    };
  }
  const running = [...world.agents.values()].filter((agent) => groupOf(world, agent) === 'working').length;
  const inbox = waitingNow(world.inbox, now);
  const things = [...inbox.map((item) => inboxLabel(item)), ...more];
  const waiting = things.length;
  if (running === 0 && waiting === 0) return parkedStatus(world, now);
  const parts = [
    ...(running > 0 ? [l10n.t('{0} running', running)] : []),
    ...(waiting > 0 ? [l10n.t('{0} waiting', waiting)] : []),
  ];
  const list = things.slice(0, MOST).map((thing) => `- ${markdownText(thing, 80)}`);
  const rest = waiting > MOST ? [`- ${l10n.t('… {0} more', waiting - MOST)}`] : [];
  return {
    text: `$(${waiting > 0 ? 'bell-dot' : 'pulse'}) ${parts.join(' · ')}`,
    tooltip:
      waiting > 0
        ? [`**${l10n.t('Waiting for you')}**`, '', ...list, ...rest].join('\n')
        : running === 1
          ? l10n.t('1 agent at work; nothing waits for you.')
          : l10n.t('{0} agents at work; nothing waits for you.', running),
    spoken: `Lineclear: ${runningWords(running)}, ${waitingWords(waiting)}`,
    ...(waiting > 0
      ? { severity: 'warning', command: inbox.length > 0 ? 'lineclear.settle' : 'lineclear.inbox.focus' }
      : { severity: 'none', command: 'lineclear.agents.focus' }),
  };
}

/**
 * A second entry for as long as the log is only read, its server is away or the configuration has a mistake: the first one
 * goes on.
 */
export function problemStatusOf(
  app: Pick<App, 'readonly' | 'configProblem' | 'connection' | 'outbox'> | undefined,
): Status | undefined {
  if (!app) return undefined;
  const { readonly, configProblem: problem, connection, outbox } = app;
  if (readonly)
    return {
      text: `$(lock) ${l10n.t('Lineclear: read only')}`,
      tooltip: [readonly.message, readonly.next].map((part) => markdownText(part)).join('\n\n'),
      spoken: `Lineclear: ${sentences(l10n.t('Nothing can be recorded'), readonly.message, readonly.next)}`,
      severity: 'warning',
      command: 'lineclear.reopenLog',
    };
  if (connection && !connection.state.connected) {
    const words = [
      connection.state.cause ?? l10n.t('The server of the log is away.'),
      l10n.t('What is shown may be old. It goes on by itself when the server is back.'),
      ...waitingWordsOf(outbox),
    ];
    return {
      text: `$(debug-disconnect) ${l10n.t('Lineclear: not connected')}`,
      tooltip: words.map((part) => markdownText(part)).join('\n\n'),
      spoken: `Lineclear: ${sentences(...words)}`,
      severity: 'warning',
      command: 'lineclear.showOutput',
    };
  }
  if (!problem) return outboxStatusOf(outbox);
  const words = [problem.message, l10n.t('The earlier settings stay in force.'), problem.next];
  return {
    text: '$(warning) config.toml',
    tooltip: words.map((part) => markdownText(part)).join('\n\n'),
    spoken: `Lineclear: ${sentences(...words)}`,
    severity: 'warning',
    command: 'lineclear.openConfiguration',
  };
}
