import { isFromNewer } from '../contract/decode.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { StartAgent } from '../agents/agent.ts';
import type { BlobStore, EventLog, Leases } from '../log/log.ts';
import { subscribe } from '../log/subscribe.ts';
import { isOfProject } from '../state/project.ts';
import type { TaskState } from '../state/task.ts';
import type { WorldFold } from '../state/world.ts';
import { needsOrchestrator } from './decide.ts';
import { createAlertRaiser } from './alert-raiser.ts';
import { createConcerned } from './concerned.ts';
import { createDecisionsAwaited } from './decisions-awaited.ts';
import { createNeighbourhood } from './neighbourhood.ts';
import { createHeldTasks } from './held-tasks.ts';
import { type OrchestratorHolder, RENEW_MS } from './lease.ts';
import { type EndReason, createLifetime } from './lifetime.ts';
import { watchResources } from './resource-watch.ts';
import { type OwnWrites, createTurnObserver } from './observe-turn.ts';
import { recordOutdated } from './outdated.ts';
import type { OrchestratorSettings } from './settings.ts';
import { createSettling } from './settling.ts';
import { createSnapshotTidier } from './tidy-snapshots.ts';
import { type TaskRun, createTaskRun } from './task-run.ts';
import { createTaskRuns } from './task-runs.ts';
import { createTaskWriter } from './task-writer.ts';
import { createTurnGate } from './turn-gate.ts';
import { grantWish } from './wishes.ts';

export interface OrchestratorOptions {
  readonly log: EventLog;
  readonly blobs: BlobStore;
  /** The state of the log as of its newest snapshot; `store` keeps the next one when it is due. */
  readonly loadWorld: () => Promise<{
    readonly world: WorldFold;
    readonly truncatedAt: number;
    readonly store: () => Promise<void>;
  }>;
  /** Looked up whenever something starts: what is in it may change meanwhile. */
  readonly settings: OrchestratorSettings;
  /** Calls the listener each time after something in the settings has changed. */
  readonly onSettingsChanged?: (listener: () => void) => void;
  readonly startAgent: StartAgent;
  /** Folder that the agents work in. */
  readonly cwd: string;
  /** What is not taken for a change of an agent. */
  readonly ownWrites?: OwnWrites;
  /** The project whose tasks are carried out, and those that name none; all tasks, when it is left out. */
  readonly project?: string | undefined;
  readonly leases: Leases;
  readonly me: OrchestratorHolder;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** What is done at leisure, when nothing was to be done for a while. */
  readonly atRest?: () => Promise<void>;
  /** Never end for lack of work. */
  readonly stay: boolean;
  /** Aborted when this one is to end as soon as no turn is at work, because a newer one waits. */
  readonly retire: AbortSignal;
}

/**
 * Carries out those tasks of a log that no other orchestrator carries out, until the signal is aborted, or nothing was to be
 * done for a while. Ends every agent that it started before it resolves, with the reason.
 */
export async function runOrchestrator(options: OrchestratorOptions, signal: AbortSignal): Promise<EndReason> {
  const { log, settings, note, me, cwd: root, retire } = options;
  const { world, truncatedAt, store } = await options.loadWorld();
  const isOurs = (task: TaskState) => isOfProject(task, options.project);
  const runs = createTaskRuns({ world, isOurs, start: startRun });
  const life = createLifetime({
    ...options,
    hasWork,
    isWorking: () => runs.all().some((run) => run.isWorking()),
    chores: [() => tidySnapshots(), async () => options.atRest?.()],
  });
  const { ending } = life;
  const { settled, wake } = createSettling({ log, world, stopped: signal, ending });
  const held = createHeldTasks({ ...options, world, settled, closeRun: (taskId) => runs.close(taskId) });
  const writer = createTaskWriter(held.log);
  const awaited = createDecisionsAwaited();
  const neighbourhood = createNeighbourhood({ me, root, world });
  const observer = createTurnObserver({
    root,
    settings,
    writer,
    ownWrites: options.ownWrites,
    note,
    isDisturbed: (folder) => neighbourhood.worksIn(folder),
  });
  const gate = createTurnGate(
    () => settings.concurrency,
    (taskId) => runs.find(taskId)?.step(),
  );
  const alerts = createAlertRaiser(log, note);
  const concerned = createConcerned(world, () => runs.ofTheDay());
  const tidySnapshots = createSnapshotTidier({ root, logId: log.logId, world, settled, ending, note });

  function startRun(taskId: string): TaskRun {
    return createTaskRun({
      ...options,
      taskId,
      writer,
      awaited,
      observer,
      settled,
      held,
      world,
      agent: (agentId) => world.agents.get(agentId),
      gate,
      onChange() {
        if (runs.forgetEnded(taskId)) observer.forget(taskId);
        life.watch();
      },
    });
  }

  /** The work of others is waited for: they may not end it. */
  function hasWork(): boolean {
    if (runs.all().some((run) => run.isActive())) return true;
    return [...world.tasks.values()].some((task) => isOurs(task) && needsOrchestrator(task, settings, world));
  }

  /** Work that waits here, and what others may have left behind. */
  const due = () =>
    [...world.tasks.values()]
      .filter((task) => needsOrchestrator(task, settings, world) || held.mayBeLeft(task))
      .map(({ task_id }) => task_id);

  function onLive(event: AgentEvent): void {
    awaited.settle(event);
    const disturbed = neighbourhood.begunIn(event);
    if (disturbed !== undefined) observer.disturb(disturbed);
    grantWish(event, runs, note);
  }

  // There may be more room for those that wait, or a budget may be another one.
  options.onSettingsChanged?.(() => {
    for (const run of runs.all()) run.step();
  });
  const onRetire = () => {
    gate.close();
    life.watch();
  };
  retire.addEventListener('abort', onRetire, { once: true });
  // A lease that is given back or runs out rings no bell: it has to be looked at.
  const looking = setInterval(() => runs.step(held.lookAgain()), RENEW_MS);
  const stopSampling = watchResources({ settings, agents: () => runs.watched(), note });
  try {
    let isLive = false;
    const over = AbortSignal.any([signal, ending]);
    for await (const batch of subscribe(log, { after: world.position, truncatedAt, signal: over })) {
      for (const event of batch.events) {
        world.apply(event);
        alerts.hear(event, world);
        if (isLive) onLive(event);
      }
      wake();
      const newer = batch.events.find(isFromNewer);
      if (newer) {
        await recordOutdated(log, newer, note);
        life.end('outdated');
        break;
      }
      if (isLive) runs.step(concerned.by(batch.events));
      else if (batch.caughtUp) {
        isLive = true;
        concerned.begin();
        runs.step(due());
      }
      life.watch();
      if (isLive) await store();
    }
  } finally {
    clearInterval(looking);
    stopSampling();
    life.close();
    wake();
    await runs.closeAll();
    await life.rested();
    await held.end();
    await alerts.settled();
  }
  return life.reason;
}
