import type { EventLog, Leases } from '../log/log.ts';
import { isAtRest } from '../state/archive.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { createLeftAgents } from './left-agents.ts';
import type { OrchestratorHolder } from './lease.ts';
import { createTaskLeases } from './task-leases.ts';

/** Which tasks this orchestrator carries out, and which another one does. */
export interface HeldTasks {
  /** Throws `lease_lost` when another orchestrator may have it. */
  ensure(taskId: string): Promise<void>;
  /** The log for what is done for tasks: an append for one that is not held throws `lease_lost`. */
  readonly log: EventLog;
  has(taskId: string): boolean;
  /** Whether another orchestrator had it when it was looked at last. */
  isElsewhere(taskId: string): boolean;
  /** Whether an orchestrator may have left agents of the task behind, so that somebody should claim it and look. */
  mayBeLeft(task: TaskState): boolean;
  /** Whether the task is carried out here from now on. What its last orchestrator left behind is ended first. */
  claim(taskId: string): Promise<boolean>;
  giveBack(taskId: string): Promise<void>;
  /** Tells one term of carrying a task out from all others. Throws `lease_lost` when it is not held. */
  termOf(taskId: string): number;
  /** Those that another orchestrator had: they may be free by now. */
  lookAgain(): readonly string[];
  end(): Promise<void>;
}

interface HeldTasksOptions {
  readonly log: EventLog;
  readonly leases: Leases;
  readonly me: OrchestratorHolder;
  readonly world: Pick<World, 'agents' | 'tasks'>;
  /** Resolves when everything that is in the log now is in the world. */
  readonly settled: () => Promise<void>;
  readonly cwd: string;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** Ends what is done here for a task that was lost. */
  readonly closeRun: (taskId: string) => Promise<void>;
}

export function createHeldTasks(options: HeldTasksOptions): HeldTasks {
  const { leases, me, note, world, settled, closeRun } = options;
  const elsewhere = new Set<string>();
  /** Runs that are being ended: who begins anew must not meet them. */
  const closing = new Map<string, Promise<void>>();
  /** Taken, but not looked at; and whether whoever had it before did not end well. */
  const fresh = new Map<string, boolean>();

  const tasks = createTaskLeases({
    leases,
    holder: JSON.stringify(me),
    note,
    onLost(taskId) {
      elsewhere.add(taskId);
      const closed = closeRun(taskId).finally(() => closing.delete(taskId));
      closing.set(taskId, closed);
      return closed;
    },
  });
  const log = tasks.guard(options.log);
  const left = createLeftAgents({ ...options, log });

  return {
    ensure: (taskId) => tasks.ensure(taskId),
    log,
    has: (taskId) => tasks.has(taskId) && !fresh.has(taskId),
    isElsewhere: (taskId) => elsewhere.has(taskId),
    mayBeLeft: (task) => left.mayHave(task),
    async claim(taskId) {
      await closing.get(taskId)?.catch(() => undefined);
      if (!tasks.has(taskId)) {
        const taken = await tasks.take(taskId);
        if (!taken) {
          elsewhere.add(taskId);
          return false;
        }
        fresh.set(taskId, taken.wasLeft);
      }
      // Whoever had it may have gone on until then.
      await settled();
      const task = world.tasks.get(taskId);
      if (task && (fresh.get(taskId) || left.mayHave(task))) {
        await left.end(task);
        await settled();
      }
      fresh.delete(taskId);
      return true;
    },
    async giveBack(taskId) {
      // Whoever is next looks then.
      if (fresh.has(taskId)) return;
      const task = world.tasks.get(taskId);
      await tasks.giveBack(taskId, task && isAtRest(task));
    },
    termOf: (taskId) => tasks.termOf(taskId),
    lookAgain() {
      const again = [...elsewhere];
      elsewhere.clear();
      return again;
    },
    async end() {
      await Promise.all(closing.values());
      await tasks.end();
    },
  };
}
