import { setTimeout as delay } from 'node:timers/promises';
import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { TaskLookup } from '../state/dependencies.ts';
import { exceededWords } from '../state/budget.ts';
import { type TaskState, isEnded } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { ENDINGS } from './agent-ending.ts';
import { createAlarm } from './alarm.ts';
import type { HeldTasks } from './held-tasks.ts';
import { createParkingClock } from './parking-clock.ts';
import { budgetEnd, budgetParking, exceededBudget } from './budgets.ts';
import { agentMark } from './agent-mark.ts';
import type { AgentSlot, SlotPrompt } from './agent-slot.ts';
import { type Conclusion, concludeTurn, failTurn } from './conclude.ts';
import { type Effect, type LabelledBody, type Turn, beginsTurn, decide, isWanted } from './decide.ts';
import type { TurnObserver } from './observe-turn.ts';
import { answerPrompt } from './prompts.ts';
import type { WatchedAgent } from './resource-watch.ts';
import { TRY_AGAIN_MS, createStepper } from './stepper.ts';
import { type Stopwatch, startStopwatch } from './stopwatch.ts';
import { type TaskAgentsOptions, createTaskAgents } from './task-agents.ts';
import { ensureFolder } from './task-folder.ts';
import { isRefused } from './task-writer.ts';
import type { TurnGate } from './turn-gate.ts';
import { createTurnWords } from './turn-words.ts';
import { type Verification, claimsChunk, verificationEvent, verify, withPassedTest } from './verify.ts';

export interface TaskRunOptions extends Omit<
  TaskAgentsOptions,
  'current' | 'term' | 'ensureHeld' | 'whileWaiting' | 'onGone'
> {
  readonly held: HeldTasks;
  /** All tasks as of now. */
  readonly world: TaskLookup & Pick<World, 'spending'>;
  readonly gate: TurnGate;
  readonly observer: TurnObserver;
  /** Something went on: whether there still is work may have changed. */
  readonly onChange: () => void;
}

/** One task as far as it runs in this process. */
export interface TaskRun {
  /** Decides and acts on the newest state; call it after every change of the task. Never throws. */
  step(): void;
  /** What a person wants of one of its agents; of no effect when the agent does not live here. */
  stopAgent(agentId: string, userId: string): Promise<void>;
  pauseAgent(agentId: string, userId: string): Promise<void>;
  resumeAgent(agentId: string, userId: string): Promise<void>;
  /** Asks the agent that works, if it is this one, to leave what it does for what a person says. */
  interrupt(agentId: string | undefined): void;
  /** Its agents that have processes. */
  watched(): readonly WatchedAgent[];
  /** Whether agents or turns of the task are alive here, or a step is due. */
  isActive(): boolean;
  /** Whether a turn goes on that does not wait for a person. */
  isWorking(): boolean;
  /** Ends the agents; what they did not finish is taken up by the next orchestrator. */
  close(): Promise<void>;
}

const OUTCOMES = {
  cancelled: 'stopped the turn',
  refused: 'refused',
  limit: 'reached a limit of its turn',
} as const;

export function createTaskRun(options: TaskRunOptions): TaskRun {
  const { taskId, settings, writer, note, world, gate, held } = options;
  const closing = new AbortController();
  let turn: Turn | undefined;
  let watch: Stopwatch | undefined;
  let turnDone: Promise<void> = Promise.resolve();
  /** The question that an agent's last answer was, and the only one that knows what was asked of it. */
  let asked: { readonly slot: AgentSlot; readonly questionId: string } | undefined;
  let stoppedBecause: LineclearError | undefined;
  /** How many decisions of people the turn waits for. */
  let thinking = 0;

  const noteRetry = (error: unknown) =>
    note(`${taskId}: ${messageOf(error)}; trying again in ${TRY_AGAIN_MS} ms`);
  const stepper = createStepper({
    work: stepOnce,
    onFailed: noteRetry,
    onEnded: options.onChange,
  });
  const step = () => stepper.step();
  const alarm = createAlarm(step);
  const parking = createParkingClock();
  const words = createTurnWords();

  function current(): TaskState {
    const task = world.tasks.get(taskId);
    if (!task) throw new LineclearError('task_not_found', `There is no task '${taskId}'.`);
    return task;
  }

  const agents = createTaskAgents({
    ...options,
    current,
    term: () => held.termOf(taskId),
    ensureHeld: () => held.ensure(taskId),
    whileWaiting,
    onGone: step,
  });

  /** While a person thinks the watch stands still, and another task may use the place. */
  async function whileWaiting<T>(work: () => Promise<T>): Promise<T> {
    if (!watch) return await work();
    gate.leave(taskId);
    thinking += 1;
    options.onChange();
    try {
      return await watch.paused(work);
    } finally {
      thinking -= 1;
      if (turn) gate.comeBack(taskId);
    }
  }

  /**
   * Appends what a turn came to, unless it is not wanted any more; while the log cannot be written, as with a full disk, it is due
   * until it succeeds. On a version, so that nothing arrives late that was under way when another orchestrator took over.
   */
  async function record(task: TaskState, bodies: readonly LabelledBody[], wanted: Turn): Promise<void> {
    for (let isStale = false; ;) {
      try {
        if (isStale) await options.settled();
        const now = current();
        if (isWanted(now, wanted)) await writer.decided(task, bodies, now.version);
        return;
      } catch (error) {
        isStale = hasCode(error, 'version_conflict');
        if (isStale) continue;
        if (isRefused(error) || closing.signal.aborted) throw error;
        noteRetry(error);
        await delay(TRY_AGAIN_MS, undefined, { signal: closing.signal }).catch(() => undefined);
      }
    }
  }

  function promptFor(task: TaskState, wanted: Turn, slot: AgentSlot): SlotPrompt {
    const questionId = asked?.slot === slot ? asked.questionId : undefined;
    asked = undefined;
    const answered = task.answers.find((answer) => answer.question_id === questionId);
    return answered && slot.remembers
      ? { text: answerPrompt(answered.question, answered.answer), messageIds: [] }
      : words.whole(task, wanted, slot);
  }

  /** Records what an answer came to, or returns what is wrong with it. */
  async function takeAnswer(
    task: TaskState,
    conclusion: Conclusion,
    slot: AgentSlot,
    wanted: Turn,
  ): Promise<string | undefined> {
    if (conclusion.kind === 'repeat') return conclusion.problem;
    for (const { body } of conclusion.append)
      if (body.type === 'question.asked') asked = { slot, questionId: body.data.question_id };
    try {
      await record(task, conclusion.append, wanted);
      return undefined;
    } catch (error) {
      if (!isRefused(error)) throw error;
      return `it cannot be recorded: ${messageOf(error)}`;
    }
  }

  function verificationIn(folder: string, agentId: string): Verification | undefined {
    const { verify: command, verifyTimeout: timeout } = settings;
    return (
      command && { command, timeout, folder, mark: agentMark(options.cwd, agentId, held.termOf(taskId)) }
    );
  }

  /** A chunk that is called done is done when the person's own check passes. Throws `verify_failed`. */
  async function verified(
    claim: Conclusion,
    verification: Verification | undefined,
    wanted: Turn,
    signal: AbortSignal,
  ): Promise<Conclusion> {
    if (!verification || !claimsChunk(claim)) return claim;
    const outcome = await verify(verification, signal);
    await record(current(), [verificationEvent('verified', verification, outcome)], wanted);
    if (!outcome.passed) throw new LineclearError('verify_failed', outcome.message);
    return withPassedTest(claim, verification);
  }

  async function takeTurn(wanted: Turn, signal: AbortSignal): Promise<void> {
    const task = current();
    const folder = await ensureFolder(options.cwd, task, writer);
    closing.signal.throwIfAborted();
    const slot = await agents.take(task, wanted.role, folder);
    const files = new Set<string>();
    let prompt = promptFor(task, wanted, slot);
    for (let repeat = 0; ; repeat += 1) {
      if (slot.isPaused) await whileWaiting(() => slot.untilResumed());
      const observed = await options.observer.begin(current(), wanted, folder);
      const prompted = slot.prompt(wanted, prompt, signal);
      await prompted.catch(() => undefined);
      // After a stop the next orchestrator looks: the turn is open as long as nothing came of it.
      if (closing.signal.aborted) observed.leave();
      const evidence = closing.signal.aborted ? undefined : await observed.end(current(), slot.told);
      const result = await prompted;
      for (const file of slot.told.files.keys()) files.add(file);
      await options.settled();
      const now = current();
      if (!isWanted(now, wanted)) return;
      if (stoppedBecause && result.outcome === 'cancelled') throw stoppedBecause;
      const news = stoppedBecause ? undefined : words.news(now, wanted, slot);
      const isInterrupted = result.outcome === 'cancelled' && !signal.aborted;
      if (news && (result.outcome === 'completed' || isInterrupted)) {
        prompt = news;
        repeat -= 1;
        continue;
      }
      if (result.outcome !== 'completed') {
        throw new LineclearError(
          result.outcome === 'refused' ? 'agent_refused' : 'agent_failed',
          `${slot.agentId} ${OUTCOMES[result.outcome]}${result.text ? `: ${result.text.slice(-500)}` : '.'}`,
        );
      }
      const told = concludeTurn(now, wanted, result, [...files], evidence);
      const conclusion = await verified(told, verificationIn(folder, slot.agentId), wanted, signal);
      const problem = await takeAnswer(current(), conclusion, slot, wanted);
      if (problem === undefined) return;
      if (stoppedBecause) throw stoppedBecause;
      if (repeat >= settings.repeats) {
        const times = `asked ${repeat + 1} times`;
        throw new LineclearError(
          'plan_unusable',
          `The answer of ${slot.agentId} cannot be used (${times}): ${problem}.`,
        );
      }
      note(`${taskId}: unusable answer of ${slot.agentId}: ${problem}`);
      prompt = words.repeated(now, wanted, slot, problem);
    }
  }

  /** What a turn comes to that was not finished: it has failed, or it was stopped for what it used. */
  function unfinished(task: TaskState, wanted: Turn, cause: unknown): readonly LabelledBody[] {
    const now = Date.now();
    if (!hasCode(cause, 'budget_exceeded')) return failTurn(task, wanted, cause, settings, now);
    const exceeded = exceededOf(task, now);
    // Somebody may have raised it meanwhile: the turn is begun again.
    return exceeded ? budgetParking(exceeded, now) : [];
  }

  const exceededOf = (task: TaskState, now: number) =>
    isEnded(task.phase) ? undefined : exceededBudget(task, world, settings.budgets, now);

  async function runTurn(wanted: Turn): Promise<void> {
    const timeout = new LineclearError(
      'agent_timeout',
      `The ${wanted.role} did not finish within ${settings.turnTimeout} s.`,
    );
    const own = startStopwatch(settings.turnTimeout * 1000, timeout);
    watch = own;
    try {
      await takeTurn(wanted, own.signal);
    } catch (error) {
      if (closing.signal.aborted) return;
      await options.settled();
      const now = current();
      if (!isWanted(now, wanted)) return;
      const cause = own.signal.aborted ? timeout : (stoppedBecause ?? error);
      note(`${taskId}: ${wanted.purpose} failed: ${messageOf(cause)}`);
      const bodies = unfinished(now, wanted, cause);
      if (bodies.length > 0) await record(now, bodies, wanted);
    } finally {
      own.stop();
    }
  }

  /** Its agent leaves what it does, or is ended when it does not obey. */
  function stopTurn(): void {
    const exceeded = exceededOf(current(), Date.now());
    if (stoppedBecause || !turn || !exceeded) return;
    stoppedBecause = new LineclearError('budget_exceeded', exceededWords(exceeded));
    agents.inRole(turn.role)?.interrupt();
  }

  function perform(effect: Effect): void {
    if (effect.effect === 'run_turn') {
      turn = effect.turn;
      stoppedBecause = undefined;
      turnDone = runTurn(effect.turn)
        .catch((error: unknown) => note(`${taskId}: ${messageOf(error)}`))
        .finally(() => {
          turn = undefined;
          step();
        });
      return;
    }
    if (effect.effect === 'stop_turn') {
      stopTurn();
      return;
    }
    void agents.end(effect.roles, ENDINGS[effect.because]);
  }

  /** Another orchestrator may carry it on, unless agents of it live here. */
  async function letGo(): Promise<void> {
    if (!turn && agents.roles.length === 0 && held.has(taskId)) await held.giveBack(taskId);
  }

  async function stepOnce(): Promise<void> {
    // When the turn ends meanwhile, what it came to has to be seen, too, or it would be run again.
    let seen: Turn | undefined;
    do {
      seen = turn;
      await options.settled();
    } while (seen !== turn);
    const task = world.tasks.get(taskId);
    if (!task || closing.signal.aborted) return;
    if (held.isElsewhere(taskId)) return gate.leave(taskId);
    const running = { turn, roles: agents.roles, ending: agents.isEnding };
    const { now, until } = parking.look(task.parked);
    const exceeded = exceededOf(task, now);
    const decision = decide(task, running, settings, { now, world, exceeded });
    alarm.set(until ?? budgetEnd(task, world, settings.budgets, now), now);
    const rests = decision.append.length === 0 && decision.effects.length === 0;
    if (rests && !turn && !agents.isEnding) gate.leave(taskId);
    const mustLook = !held.has(taskId) && held.mayBeLeft(task);
    if (rests && !mustLook) return await letGo();
    if (beginsTurn(decision) && !gate.enter(task)) return await letGo();
    if (!held.has(taskId)) {
      // What happened until it was taken may lead to something else.
      if (await held.claim(taskId)) step();
      else gate.leave(taskId);
      return;
    }
    try {
      if (decision.append.length > 0) await writer.decided(task, decision.append, task.version);
    } catch (error) {
      if (!isRefused(error)) throw error;
      // The log will not take it the next time either.
      const { code: error_code, next } = error;
      const data = { error_message: messageOf(error), error_code, next };
      await writer.decided(task, [{ label: 'refused', body: { type: 'task.failed', data } }]);
      return;
    }
    if (closing.signal.aborted) return;
    for (const effect of decision.effects) perform(effect);
  }

  return {
    step,
    isWorking: () => turn !== undefined && thinking === 0,
    isActive: () => turn !== undefined || stepper.isDue || agents.roles.length > 0,
    watched: () =>
      agents.watched().map((agent) => ({
        ...agent,
        async giveUp(reason) {
          stoppedBecause = reason;
          await agents.find(agent.agentId)?.end({ status: 'failed', error_message: reason.message });
        },
      })),
    async stopAgent(agentId, userId) {
      const slot = agents.find(agentId);
      if (!slot) return;
      const reason = `stopped by ${userId}`;
      stoppedBecause = new LineclearError('agent_stopped', `${agentId} was ${reason}.`);
      await slot.end({ status: 'stopped', reason });
    },
    async pauseAgent(agentId, userId) {
      const slot = agents.find(agentId);
      if (!slot || slot.isPaused) return;
      const paused = slot.pause(`paused by ${userId}`);
      // The time of its turn stands still with it.
      if (turn?.role === slot.role) void whileWaiting(() => slot.untilResumed());
      await paused;
    },
    async resumeAgent(agentId, userId) {
      await agents.find(agentId)?.resume(`resumed by ${userId}`);
    },
    interrupt(agentId) {
      const slot = turn && agents.inRole(turn.role);
      if (slot && (agentId === undefined || slot.agentId === agentId)) slot.interrupt();
    },
    async close() {
      closing.abort();
      alarm.set(undefined);
      const stopped = stepper.close();
      const ending = { status: 'stopped', reason: 'the orchestrator ended' } as const;
      // At once: the step may wait for a server that is away, and another orchestrator begins when the lease runs out.
      await agents.end(agents.roles, ending);
      await stopped;
      await agents.end(agents.roles, ending);
      await turnDone;
      gate.leave(taskId);
    },
  };
}
