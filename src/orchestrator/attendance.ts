import type { LogBackend } from '../log/log.ts';
import { isOfProject } from '../state/project.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { needsOrchestrator } from './decide.ts';
import { livingOrchestrators } from './presence.ts';
import type { OrchestratorSettings } from './settings.ts';

/** Milliseconds between two looks while a task needs an orchestrator. */
const PERIOD_MS = 2_000;
/** What was seen so long ago may have changed since. */
const STALE_MS = 5 * PERIOD_MS;
/** An orchestrator that starts, or takes over, has done so within this. */
const GRACE_MS = 15_000;

/** Whether each task that needs an orchestrator has one: from the register of those that there are and their leases. */
export interface Attendance {
  /** Looks who is there. Throws the errors of reading. */
  look(): Promise<void>;
  /**
   * Where an orchestrator is missing that would carry the task out: in this project's folders, or in those of another one.
   * Undefined when none is needed, or one is there, or was within the grace, or when that is not known: nobody has looked
   * within the last seconds, or the log cannot be reached. `graceMs`: 0 for what is so now.
   */
  readonly missingFor: (task: TaskState, graceMs?: number) => 'here' | 'elsewhere' | undefined;
  /** Looks again and again, while a task needs one. Returns how to stop. */
  watch(): () => void;
}

interface AttendanceOptions {
  readonly backend: Pick<LogBackend, 'documents' | 'leases'>;
  readonly world: Pick<World, 'tasks' | 'archive' | 'position'>;
  /** The configuration as it is now: another object when it has changed. */
  readonly config: () => {
    readonly orchestrator: OrchestratorSettings;
    /** `project`: that of this workspace. */
    readonly log: { readonly project: string | undefined };
  };
}

/** Whether a task needs an orchestrator. Views ask several times for each row: decided once for what it follows from. */
function createNeed({ world, config }: Pick<AttendanceOptions, 'world' | 'config'>) {
  let position: number | undefined;
  let settings: OrchestratorSettings | undefined;
  let known = new WeakMap<TaskState, boolean>();

  return (task: TaskState): boolean => {
    const { orchestrator } = config();
    if (position !== world.position || settings !== orchestrator) {
      ({ position } = world);
      settings = orchestrator;
      known = new WeakMap();
    }
    const decided = known.get(task) ?? needsOrchestrator(task, orchestrator, world);
    known.set(task, decided);
    return decided;
  };
}

export function createAttendance({ backend, world, config }: AttendanceOptions): Attendance {
  /** The projects of orchestrators, and when one of each was seen last; all times by the clock that nobody sets. */
  const seen = new Map<string | undefined, number>();
  let lookedAt = -Infinity;
  /** Until then nobody is missed: who was not heard of may only have been out of reach. */
  let patientUntil = -Infinity;

  const needsOne = createNeed({ world, config });
  const isSomebodyNeeded = () => [...world.tasks.values()].some(needsOne);
  const bePatient = () => {
    patientUntil = performance.now() + GRACE_MS;
  };

  /** When an orchestrator was there that would carry the task out. */
  function lastSeenFor(task: TaskState): number {
    let last = -Infinity;
    for (const [project, at] of seen) if (isOfProject(task, project)) last = Math.max(last, at);
    return last;
  }

  async function look(): Promise<void> {
    const living = await livingOrchestrators(backend);
    lookedAt = performance.now();
    for (const [project, at] of seen) if (lookedAt - at > GRACE_MS) seen.delete(project);
    for (const { project } of living) seen.set(project, lookedAt);
  }

  async function lookOnce(): Promise<void> {
    const asked = performance.now();
    try {
      await look();
      // A server that hung has renewed nobody's lease meanwhile.
      if (lookedAt - asked > PERIOD_MS) bePatient();
    } catch {
      // That the log cannot be reached is said elsewhere.
      bePatient();
    }
  }

  return {
    look,
    missingFor(task, graceMs = GRACE_MS) {
      const now = performance.now();
      if (now - lookedAt > STALE_MS || (graceMs > 0 && now < patientUntil)) return undefined;
      if (lookedAt - lastSeenFor(task) <= graceMs || !needsOne(task)) return undefined;
      const passed = Date.now() - Date.parse(task.updated_at);
      if (passed >= 0 && passed < graceMs) return undefined;
      return isOfProject(task, config().log.project) ? 'here' : 'elsewhere';
    },
    watch() {
      bePatient();
      let looking = false;
      const timer = setInterval(() => {
        if (looking || !isSomebodyNeeded()) return;
        looking = true;
        void lookOnce().finally(() => {
          looking = false;
        });
      }, PERIOD_MS);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
