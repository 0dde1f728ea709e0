import { isFromNewer } from '../contract/decode.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { StartAgent } from '../agents/agent.ts';
import { livingMarks, stopLeftTree } from '../agents/process-tree.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { BlobStore, EventLog } from '../log/log.ts';
import { subscribe } from '../log/subscribe.ts';
import { type AgentState, isLive } from '../state/agent.ts';
import { isEnded } from '../state/task.ts';
import type { WorldFold } from '../state/world.ts';
import { marksOf } from './agent-mark.ts';
import { needsOrchestrator } from './decide.ts';
import { createAlertRaiser } from './alert-raiser.ts';
import { createClaimLine } from './claims.ts';
import { createDependents } from './dependents.ts';
import { createDecisionsAwaited } from './decisions-awaited.ts';
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
  /** The token of the lease: each orchestrator of a log has a higher one than those before. */
  readonly term: number;
  /** What is not taken for a change of an agent. */
  readonly ownWrites?: OwnWrites;
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
 * Carries out the tasks of a log until the signal is aborted, or nothing was to be done for a while. Ends every agent
 * that it started before it resolves, with the reason. The caller holds the lease: there is one per log.
 */
export async function runOrchestrator(options: OrchestratorOptions, signal: AbortSignal): Promise<EndReason> {
  const { log, settings, note } = options;
  const { world, truncatedAt, store } = await options.loadWorld();
  const runs = new Map<string, TaskRun>();
  const awaited = createDecisionsAwaited();
  const writer = createTaskWriter(log);
  const observer = createTurnObserver({
    root: options.cwd,
    settings,
    writer,
    ownWrites: options.ownWrites,
    note,
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

  async function settled(): Promise<void> {
    const position = await log.head();
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

  const isIdle = () =>
    [...runs.values()].every((run) => !run.isActive()) &&
    [...world.tasks.values()].every((task) => !needsOrchestrator(task, settings, world));

  function watchIdle(): void {
    clearTimeout(idleTimer);
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
      term: options.term,
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

  /** An agent that an earlier orchestrator left behind is ended before its work is begun again. */
  async function recoverAgent(agent: AgentState, marks: ReadonlySet<string>): Promise<void> {
    const task = agent.task_id === undefined ? undefined : world.tasks.get(agent.task_id);
    if (!task) return;
    const { agent_id, agent_name, status: previous_status, process } = agent;
    // Also of one that somebody has seen as lost meanwhile, or that has ended: what it started need not have.
    const left = marksOf(options.cwd, agent_id, marks).map((mark) => ({ mark }));
    const ended = await Promise.all([{ process }, ...left].map(stopLeftTree));
    if (ended.includes(true))
      note(`ended ${agent_id}, left behind as process ${process?.pid ?? 'that was just starting'}`);
    if (!isLive(previous_status)) return;
    const reason = 'the orchestrator that ran it has ended';
    await log.append([
      {
        id: derivedEventId(agent.cause_id, 'lost'),
        type: 'agent.health',
        data: { agent_id, agent_name, previous_status, current_status: 'lost', reason, process },
        task_id: task.task_id,
        source: ORCHESTRATOR,
        source_agent_id: ORCHESTRATOR,
        call_chain: [ORCHESTRATOR],
        correlation_id: task.correlation_id,
        causation_id: agent.cause_id,
      },
    ]);
  }

  function onLive(event: AgentEvent): void {
    awaited.settle(event);
    if (event.type === 'user.injected_prompt' && event.data.interrupt)
      runs.get(event.task_id ?? '')?.interrupt(event.data.agent_id);
    const wants = wishOf(event);
    if (!wants) return;
    for (const run of runs.values()) wants(run)?.catch((error: unknown) => note(messageOf(error)));
  }

  const agents = () => [...runs.values()].flatMap((run) => run.watched());
  const stopSampling = watchResources({ settings, agents, note });
  try {
    let recovered = false;
    for await (const batch of subscribe(log, {
      after: world.position,
      truncatedAt,
      signal: AbortSignal.any([signal, done.signal]),
    })) {
      for (const event of batch.events) {
        world.apply(event);
        alerts.hear(event, world);
        if (recovered) onLive(event);
      }
      wakeSettled();
      const newer = batch.events.find(isFromNewer);
      if (newer) {
        await giveUp(newer);
        break;
      }
      if (recovered) {
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
        for (const taskId of dependents.with(ids)) runOf(taskId).step();
      } else if (batch.caughtUp) {
        recovered = true;
        const marks = livingMarks();
        await Promise.all([...world.agents.values()].map((agent) => recoverAgent(agent, marks)));
        for (const task of world.tasks.values()) {
          dependents.note(task);
          line.note(task);
        }
        for (const task of world.tasks.values())
          if (needsOrchestrator(task, settings, world)) runOf(task.task_id).step();
      }
      watchIdle();
      if (recovered) await store();
    }
  } finally {
    clearTimeout(idleTimer);
    stopSampling();
    done.abort();
    wakeSettled();
    await Promise.all([...runs.values()].map((run) => run.close()));
    await resting;
    await alerts.settled();
  }
  return why;
}
