import { VERSION } from './app-info.ts';
import type { Config } from './config.ts';
import type { LineclearError } from './contract/errors.ts';
import type { LogBackend } from './log/log.ts';
import { type Attendance, createAttendance } from './orchestrator/attendance.ts';
import { needsOrchestrator } from './orchestrator/decide.ts';
import { type OrchestratorHolder, isOlder } from './orchestrator/lease.ts';
import { isBeside, livingOrchestrators, placeOf } from './orchestrator/presence.ts';
import { isOfProject } from './state/project.ts';
import type { World } from './state/world.ts';

/** Who carries out the tasks of an opened workspace. */
export interface AppOrchestrators {
  /** Whether something is to be done by an orchestrator. */
  hasWork(): boolean;
  /** Which tasks, of whichever project, have no orchestrator; known while the app follows the log, else as of its last look. */
  readonly attendance: Attendance;
  /**
   * An orchestrator that runs and carries out tasks of a project, by default this one, if there is one: rather one of this
   * very folder (`isHere`) than another; and whether one of this version would follow it.
   */
  orchestrator(
    project?: string,
  ): Promise<(OrchestratorHolder & { readonly isHere: boolean; readonly isOlder: boolean }) | undefined>;
}

interface AppOrchestratorsOptions {
  readonly root: string;
  readonly backend: LogBackend;
  readonly readonly: LineclearError | undefined;
  readonly world: World;
  readonly config: () => Config;
}

export function createAppOrchestrators(options: AppOrchestratorsOptions): AppOrchestrators {
  const { root, backend, world, config } = options;
  return {
    hasWork() {
      if (options.readonly) return false;
      const { log, orchestrator } = config();
      return [...world.tasks.values()].some(
        (task) => isOfProject(task, log.project) && needsOrchestrator(task, orchestrator, world),
      );
    },
    attendance: createAttendance({ backend, world, config }),
    async orchestrator(project = config().log.project) {
      const here = placeOf(root);
      const living = (await livingOrchestrators(backend)).filter((one) =>
        isOfProject({ project }, one.project),
      );
      const running = living.find((one) => isBeside(one, here)) ?? living[0];
      return running && { ...running, isHere: isBeside(running, here), isOlder: isOlder(running, VERSION) };
    },
  };
}
