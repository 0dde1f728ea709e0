import type { App } from '../../src/app.ts';
import { hasCode } from '../../src/contract/errors.ts';
import { isEnded } from '../../src/state/task.ts';

/** How often a person who is patient tries a failed task again. */
const PATIENCE = 3;

/** A person who keeps so many tasks going, approves every plan, and retries what failed. */
export function driveTasks(app: App, atOnce: number, report: (error: unknown) => void) {
  const retried = new Map<string, number>();
  const asked = new Set<string>();
  let created = 0;
  let isOpen = true;
  let creating = Promise.resolve();

  /** Asks once for one thing; who came too late has nothing to do. */
  function ask(key: string, work: () => Promise<unknown>): void {
    if (asked.has(key)) return;
    asked.add(key);
    work().catch((error: unknown) => {
      if (!hasCode(error, 'not_waiting') && !hasCode(error, 'stale_revision')) report(error);
    });
  }

  const tasks = () => [...app.world.tasks.values()];
  const triesOf = (id: string) => retried.get(id) ?? 0;
  const isOver = (task: ReturnType<typeof tasks>[number]) =>
    task.phase === 'failed' ? triesOf(task.task_id) >= PATIENCE : isEnded(task.phase);

  async function fill(): Promise<void> {
    while (tasks().filter((task) => !isOver(task)).length < atOnce) {
      if (!isOpen) return;
      created += 1;
      const description = `Document notes-${created}.md [pace: 100]`;
      await app.execute({ command: 'create_task', description, interactive: false });
    }
  }

  return {
    /** Call it after every change of the world, and now and then. */
    step() {
      creating = creating.then(fill).catch(report);
      for (const { task_id, phase, revision } of tasks()) {
        if (phase === 'plan_review')
          ask(`plan ${task_id} ${revision}`, () =>
            app.execute({ command: 'approve_plan', task_id, revision }),
          );
        const tries = triesOf(task_id);
        if (phase !== 'failed' || tries >= PATIENCE || asked.has(`retry ${task_id} ${tries}`)) continue;
        ask(`retry ${task_id} ${tries}`, async () => {
          await app.execute({ command: 'retry_task', task_id });
          retried.set(task_id, tries + 1);
        });
      }
    },
    /** Creates no more. */
    close() {
      isOpen = false;
    },
    open: () => tasks().filter((task) => !isOver(task)),
  };
}
