import { isFromNewer } from '../contract/decode.ts';
import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { StartAgent } from '../agents/agent.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { BlobStore, EventLog, Leases } from '../log/log.ts';
import { subscribe } from '../log/subscribe.ts';
import { isOfProject } from '../state/project.ts';
import { type TaskState, isEnded } from '../state/task.ts';
import type { WorldFold } from '../state/world.ts';
import { needsOrchestrator } from './decide.ts';
import { createAlertRaiser } from './alert-raiser.ts';
import { createClaimLine } from './claims.ts';
import { createDependents } from './dependents.ts';
import { createDecisionsAwaited } from './decisions-awaited.ts';
import { createNeighbourhood } from './neighbourhood.ts';
import { createHeldTasks } from './held-tasks.ts';
import { type OrchestratorHolder, RENEW_MS } from './lease.ts';
import { watchResources } from './resource-watch.ts';
import { type OwnWrites, createTurnObserver } from './observe-turn.ts';
import type { OrchestratorSettings } from './settings.ts';
import { createSnapshotTidier } from './tidy-snapshots.ts';
import { type TaskRun, createTaskRun } from './task-run.ts';
import { ORCHESTRATOR, createTaskWriter } from './task-writer.ts';
import { createTurnGate } from './turn-gate.ts';

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

/** `idle`: nothing is to be done. `retired`: a newer one takes over. `outdated`: the log needs a newer one. */
export type EndReason = 'idle' | 'retired' | 'outdated';

/** What one task does that may concern the others: they share the budget of the day. */
const OF_THE_DAY: ReadonlySet<AgentEvent['type']> = new Set([
  'provider.called',
  'agent.invoked',
  'user.raised_budget',
]);

/** What a person wants of an agent now. */
function wishOf(event: AgentEvent): ((run: TaskRun) => Promise<void> | undefined) | undefined {
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

/**
 * Carries out those tasks of a log that no other orchestrator carries out, until the signal is aborted, or nothing was to be
 * done for a while. Ends every agent that it started before it resolves, with the reason.
 */
export async function runOrchestrator(options: OrchestratorOptions, signal: AbortSignal): Promise<EndReason> {
  const { log, settings, note, me } = options;
  const { world, truncatedAt, store } = await options.loadWorld();
  const runs = new Map<string, TaskRun>();
  const awaited = createDecisionsAwaited();
  const held = createHeldTasks({ ...options, world, settled, closeRun });
  const writer = createTaskWriter(held.log);
  const neighbourhood = createNeighbourhood({ me, root: options.cwd, world });
  const observer = createTurnObserver({
    root: options.cwd,
    settings,
    writer,
    ownWrites: options.ownWrites,
    note,
    isDisturbed: (folder) => neighbourhood.worksIn(folder),
  });
  const alerts = createAlertRaiser(log, note);
  const gate = createTurnGate(
    () => settings.concurrency,
    (taskId) => runs.get(taskId)?.step(),
  );
  const dependents = createDependents();
  const line = createClaimLine(world);
  const done = new AbortController();
  const waiting = new Set<{ position: number; resolve: () => void }>();
  const tidySnapshots = createSnapshotTidier({
    root: options.cwd,
    logId: log.logId,
    world,
    settled,
    ending: done.signal,
    note,
  });
  let idleTimer: NodeJS.Timeout | undefined;
  let resting: Promise<void> | undefined;
  let why: EndReason = 'idle';

  /** Waits for a server that is away: what an agent did must not be lost with the turn that it belongs to. */
  async function headOfLog(): Promise<number> {
    for (;;) {
      try {
        return await log.head();
      } catch (error) {
        // Each try waits for the server for a while.
        if (done.signal.aborted || signal.aborted || !hasCode(error, 'log_unreachable')) throw error;
      }
    }
  }

  async function settled(): Promise<void> {
    const position = await headOfLog();
    if (world.position >= position || done.signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.add({ position, resolve });
    await promise;
  }

  function wakeSettled(): void {
    for (const waiter of waiting) {
      if (world.position < waiter.position && !done.signal.aborted) continue;
      waiting.delete(waiter);
      waiter.resolve();
    }
  }

  function end(reason: EndReason): void {
    why = reason;
    done.abort();
  }

  // There may be more room for those that wait, or a budget may be another one.
  options.onSettingsChanged?.(() => {
    for (const run of runs.values()) run.step();
  });

  options.retire.addEventListener(
    'abort',
    () => {
      gate.close();
      watchIdle();
    },
    { once: true },
  );

  /** What is not understood must not be decided on: it may be that somebody wants an agent to stop. */
  async function giveUp({ id, type, data }: AgentEvent): Promise<void> {
    const what = type === 'unknown' ? data.original_type : type;
    const { code, message, next } = new LineclearError(
      'orchestrator_outdated',
      `This orchestrator has ended: a newer Lineclear has written to the log (${what}).`,
    );
    note(message);
    const draft = { type: 'error.occurred', data: { code, message, next } } as const;
    const by = { source: ORCHESTRATOR, source_agent_id: ORCHESTRATOR, call_chain: [ORCHESTRATOR] };
    await log.append([{ id: derivedEventId(id, 'outdated'), ...draft, ...by, causation_id: id }]);
    end('outdated');
  }

  const isOurs = (task: TaskState) => isOfProject(task, options.project);

  /** The work of others is waited for: they may not end it. */
  const isIdle = () =>
    [...runs.values()].every((run) => !run.isActive()) &&
    [...world.tasks.values()].every((task) => !isOurs(task) || !needsOrchestrator(task, settings, world));

  function watchIdle(): void {
    clearTimeout(idleTimer);
    if (done.signal.aborted) return;
    if (options.retire.aborted && [...runs.values()].every((run) => !run.isWorking())) return end('retired');
    if (!isIdle()) return;
    idleTimer = setTimeout(() => {
      resting = rest();
    }, settings.idleExit * 1000);
  }

  async function rest(): Promise<void> {
    if (isIdle()) await tidySnapshots();
    if (isIdle()) await options.atRest?.();
    if (options.stay || !isIdle() || done.signal.aborted) return;
    note(`nothing to do for ${settings.idleExit} s: ending`);
    end('idle');
  }

  /** Another orchestrator carries the task on: ends what is done for it here. */
  async function closeRun(taskId: string): Promise<void> {
    const run = runs.get(taskId);
    runs.delete(taskId);
    await run?.close();
  }

  /** What has ended is forgotten, so that memory does not grow with the tasks; an event of it makes a new run. */
  function forgetEnded(taskId: string): void {
    const task = world.tasks.get(taskId);
    if (runs.get(taskId)?.isActive() || (task && !isEnded(task.phase))) return;
    runs.delete(taskId);
    observer.forget(taskId);
  }

  function runOf(taskId: string): TaskRun {
    const known = runs.get(taskId);
    if (known) return known;
    const run = createTaskRun({
      taskId,
      settings,
      writer,
      blobs: options.blobs,
      awaited,
      observer,
      settled,
      note,
      startAgent: options.startAgent,
      cwd: options.cwd,
      me,
      held,
      world,
      agent: (agentId) => world.agents.get(agentId),
      gate,
      onChange() {
        forgetEnded(taskId);
        watchIdle();
      },
    });
    runs.set(taskId, run);
    return run;
  }

  function step(taskIds: Iterable<string>): void {
    for (const taskId of taskIds) {
      const task = world.tasks.get(taskId);
      if (task && isOurs(task)) runOf(taskId).step();
    }
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
    if (event.type === 'user.injected_prompt' && event.data.interrupt)
      runs.get(event.task_id ?? '')?.interrupt(event.data.agent_id);
    const wants = wishOf(event);
    if (!wants) return;
    for (const run of runs.values()) wants(run)?.catch((error: unknown) => note(messageOf(error)));
  }

  // A lease that is given back or runs out rings no bell: it has to be looked at.
  const looking = setInterval(() => step(held.lookAgain()), RENEW_MS);
  const agents = () => [...runs.values()].flatMap((run) => run.watched());
  const stopSampling = watchResources({ settings, agents, note });
  try {
    let isLive = false;
    for await (const batch of subscribe(log, {
      after: world.position,
      truncatedAt,
      signal: AbortSignal.any([signal, done.signal]),
    })) {
      for (const event of batch.events) {
        world.apply(event);
        alerts.hear(event, world);
        if (isLive) onLive(event);
      }
      wakeSettled();
      const newer = batch.events.find(isFromNewer);
      if (newer) {
        await giveUp(newer);
        break;
      }
      if (isLive) {
        const ids = new Set(batch.events.map(({ task_id }) => task_id).filter((id) => id !== undefined));
        for (const event of batch.events) {
          const task = world.tasks.get(event.task_id ?? '');
          if (task && event.type === 'task.created') dependents.note(task);
          if (task && event.type === 'claim.denied') line.note(task);
        }
        for (const taskId of line.due()) ids.add(taskId);
        if (batch.events.some(({ type }) => OF_THE_DAY.has(type)))
          for (const [taskId, run] of runs)
            if (run.isActive() || world.tasks.get(taskId)?.parked?.kind === 'budget') ids.add(taskId);
        step(dependents.with(ids));
      } else if (batch.caughtUp) {
        isLive = true;
        for (const task of world.tasks.values()) {
          dependents.note(task);
          line.note(task);
        }
        step(due());
      }
      watchIdle();
      if (isLive) await store();
    }
  } finally {
    clearTimeout(idleTimer);
    clearInterval(looking);
    stopSampling();
    done.abort();
    wakeSettled();
    await Promise.all([...runs.values()].map((run) => run.close()));
    await resting;
    await held.end();
    await alerts.settled();
  }
  return why;
}
