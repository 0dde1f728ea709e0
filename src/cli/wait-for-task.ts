import type { App } from '../app.ts';
import type { AgentEvent } from '../contract/event.ts';
import { reduceTask } from '../state/reduce-task.ts';
import { type TaskState, isEnded } from '../state/task.ts';
import { EXIT } from './exit-code.ts';
import { interruptible } from './interruptible.ts';
import { blank } from './line.ts';
import type { Terminal } from './terminal.ts';
import { eventLine } from './views/event-line.ts';
import { inboxList } from './views/inbox-list.ts';
import { taskDetails } from './views/task-details.ts';

/** Types that would fill the screen without telling where the task is. */
const QUIET: ReadonlySet<AgentEvent['type']> = new Set(['agent.output', 'resource.used', 'provider.called']);

/**
 * Follows a task from its creation until its plan waits or it ends, and shows what happens; as JSON, each event.
 * Returns the exit code: `failed` for a task that did not reach a plan or its end.
 */
export function waitForTask(terminal: Terminal, app: App, created: AgentEvent): Promise<number> {
  return interruptible(async (signal) => {
    const { task_id: taskId } = created;
    let task: TaskState | undefined;
    for await (const event of app.tail({ after: created.sequence - 1, taskId, signal })) {
      task = reduceTask(task, event);
      const moment = { now: Date.now() };
      if (terminal.json || !QUIET.has(event.type)) {
        if (event.sequence > app.world.position) await app.refresh();
        await terminal.entry(event, () => [eventLine(event, moment, app.world)]);
      }
      if (!task) continue;
      const waits = task.phase === 'plan_review';
      if (!waits && !isEnded(task.phase)) {
        if (event.type !== 'question.asked' && event.type !== 'permission.requested') continue;
      }
      await app.refresh();
      if (!terminal.json) {
        const reached = task;
        await terminal.entry(undefined, () =>
          isEnded(reached.phase)
            ? [blank, ...taskDetails(app.world, reached, moment)]
            : [blank, ...inboxList(app.world, moment, taskId), blank],
        );
      }
      if (waits || task.phase === 'completed') return EXIT.done;
      if (isEnded(task.phase)) return EXIT.failed;
    }
    return EXIT.interrupted;
  });
}
