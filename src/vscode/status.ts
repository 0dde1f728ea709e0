import { groupOf } from '../state/agent-group.ts';
import { waitingNow } from '../state/inbox.ts';
import type { World } from '../state/world.ts';
import { inboxLabel } from './trees/inbox-model.ts';
import { markdownText } from './inert-text.ts';
import type { LogState } from './log-session.ts';
import { isEnded } from '../state/task.ts';
import { counted, remaining } from '../state/wording.ts';

export interface Status {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  readonly spoken: string;
  readonly severity: 'none' | 'warning' | 'error';
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
  const words = `resumes in ${remaining(first.until, { now })}`;
  const more = others.length > 0 ? ` ${counted(others.length, 'other task')} later.` : '';
  return {
    text: `$(clock) ${words}`,
    tooltip: `“${markdownText(first.title, 80)}” ${words}.${more}`,
    spoken: `Lineclear: ${first.title} ${words}`,
    severity: 'none',
  };
}

/** The status bar's entry; undefined when there is nothing to say. */
export function statusOf(state: LogState, world: World, now = Date.now()): Status | undefined {
  if (state.kind === 'failed') {
    return {
      text: '$(error) Lineclear',
      tooltip: `${markdownText(state.error.message)}\n\n${markdownText(state.error.next)}`,
      spoken: `Lineclear: ${state.error.message}`,
      severity: 'error',
    };
  }
  const running = [...world.agents.values()].filter((agent) => groupOf(world, agent) === 'working').length;
  const inbox = waitingNow(world.inbox, now);
  const waiting = inbox.length;
  if (running === 0 && waiting === 0) return parkedStatus(world, now);
  const parts = [
    ...(running > 0 ? [`${running} running`] : []),
    ...(waiting > 0 ? [`${waiting} waiting`] : []),
  ];
  const list = inbox.slice(0, MOST).map((item) => `- ${markdownText(inboxLabel(item), 80)}`);
  const more = waiting > MOST ? [`- … ${waiting - MOST} more`] : [];
  return {
    text: `$(${waiting > 0 ? 'bell-dot' : 'pulse'}) ${parts.join(' · ')}`,
    tooltip:
      waiting > 0
        ? ['**Waiting for you**', '', ...list, ...more].join('\n')
        : `${counted(running, 'agent')} at work; nothing waits for you.`,
    spoken: `Lineclear: ${counted(running, 'agent')} running, ${counted(waiting, 'thing')} waiting for you`,
    severity: waiting > 0 ? 'warning' : 'none',
  };
}
