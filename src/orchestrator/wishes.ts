import { messageOf } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { TaskRun } from './task-run.ts';
import type { TaskRuns } from './task-runs.ts';

/** What a person wants of an agent now. */
function wishOf(event: AgentEvent): ((run: TaskRun) => Promise<void>) | undefined {
  switch (event.type) {
    case 'user.stopped_agent':
      return (run) => run.stopAgent(event.data.agent_id, event.data.user_id);
    case 'user.paused_agent':
      return (run) => run.pauseAgent(event.data.agent_id, event.data.user_id);
    case 'user.resumed_agent':
      return (run) => run.resumeAgent(event.data.agent_id, event.data.user_id);
    default:
      return undefined;
  }
}

/** Does what a person wants of an agent, if it lives here. */
export function grantWish(
  event: AgentEvent,
  runs: Pick<TaskRuns, 'all' | 'find'>,
  note: (line: string) => void,
): void {
  if (event.type === 'user.injected_prompt' && event.data.interrupt)
    runs.find(event.task_id ?? '')?.interrupt(event.data.agent_id);
  const wish = wishOf(event);
  if (!wish) return;
  for (const run of runs.all()) wish(run).catch((error: unknown) => note(messageOf(error)));
}
