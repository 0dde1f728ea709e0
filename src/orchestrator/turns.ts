import { LineclearError, hasCode, messageOf } from '../contract/errors.ts';
import type { Evidence } from '../contract/events/evidence.ts';
import type { TurnResult } from '../agents/agent.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { agentMark } from './agent-mark.ts';
import type { AgentSlot, SlotPrompt } from './agent-slot.ts';
import { budgetParking, exceededBudget } from './budgets.ts';
import { type Conclusion, concludeTurn, failTurn, incompleteTurn } from './conclude.ts';
import { type LabelledBody, type Turn, isWanted } from './decide.ts';
import type { HeldTasks } from './held-tasks.ts';
import type { TurnObserver } from './observe-turn.ts';
import { createRecordTurn } from './record-turn.ts';
import type { OrchestratorSettings } from './settings.ts';
import type { TaskAgents } from './task-agents.ts';
import { ensureFolder } from './task-folder.ts';
import { type TaskWriter, isRefused } from './task-writer.ts';
import type { TurnClock } from './turn-clock.ts';
import { createTurnWords } from './turn-words.ts';
import { checkClaim } from './verify.ts';

/** A turn that goes on. */
export interface OngoingTurn {
  readonly turn: Turn;
  readonly isStopped: boolean;
  /** Whoever ends its agent, or asks it to leave what it does, says why: that is what the turn fails with. */
  stop(because: LineclearError): void;
  /** Resolves when what it came to is recorded. */
  readonly done: Promise<void>;
}

/** The turns of one task, one at a time. */
export interface Turns {
  begin(turn: Turn): OngoingTurn;
}

interface TurnsOptions {
  readonly taskId: string;
  readonly settings: OrchestratorSettings;
  /** The workspace. */
  readonly cwd: string;
  readonly held: Pick<HeldTasks, 'termOf'>;
  readonly world: Pick<World, 'tasks' | 'spending'>;
  readonly writer: TaskWriter;
  readonly observer: TurnObserver;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  /** Resolves when everything that this process has appended is in {@link current}. */
  readonly settled: () => Promise<void>;
  /** The task as of now; throws when there is none. */
  readonly current: () => TaskState;
  readonly agents: TaskAgents;
  readonly clock: TurnClock;
  /** Aborted when the task does not run here any more. */
  readonly closing: AbortSignal;
}

/** A turn while it is taken: the signal is aborted when its time is used up. */
interface Taken {
  readonly turn: Turn;
  readonly signal: AbortSignal;
  stoppedBecause?: LineclearError;
}

export function createTurns(options: TurnsOptions): Turns {
  const { taskId, settings, cwd, writer, note, settled, current, agents, clock, closing } = options;
  const words = createTurnWords();
  const record = createRecordTurn(options);

  /** One prompt, and what the host saw meanwhile. */
  async function prompted(
    slot: AgentSlot,
    { turn, signal }: Taken,
    prompt: SlotPrompt,
    folder: string,
  ): Promise<{ readonly result: TurnResult; readonly evidence: Evidence | undefined }> {
    if (slot.isPaused) await clock.whileWaiting(() => slot.untilResumed());
    const observed = await options.observer.begin(current(), turn, folder);
    const answered = slot.prompt(turn, prompt, signal);
    await answered.catch(() => undefined);
    // After a stop the next orchestrator looks: the turn is open as long as nothing came of it.
    if (closing.aborted) observed.leave();
    const evidence = closing.aborted ? undefined : await observed.end(current(), slot.told);
    return { result: await answered, evidence };
  }

  /** A chunk that is called done is done when the person's own check passes. Throws `verify_failed`. */
  async function verified(claim: Conclusion, slot: AgentSlot, taken: Taken, folder: string) {
    const { verify: command, verifyTimeout: timeout } = settings;
    if (!command) return claim;
    const mark = agentMark(cwd, slot.agentId, options.held.termOf(taskId));
    return await checkClaim(claim, { command, timeout, folder, mark }, taken.signal, (outcome) =>
      record(current(), [outcome], taken.turn),
    );
  }

  /** Records what an answer came to, or returns what is wrong with it. */
  async function takeAnswer(
    conclusion: Conclusion,
    slot: AgentSlot,
    turn: Turn,
  ): Promise<string | undefined> {
    if (conclusion.kind === 'repeat') return conclusion.problem;
    for (const { body } of conclusion.append)
      if (body.type === 'question.asked') words.asked(slot, body.data.question_id);
    try {
      await record(current(), conclusion.append, turn);
      return undefined;
    } catch (error) {
      if (!isRefused(error)) throw error;
      return `it cannot be recorded: ${messageOf(error)}`;
    }
  }

  async function take(taken: Taken): Promise<void> {
    const { turn, signal } = taken;
    const task = current();
    const folder = await ensureFolder(cwd, task, writer);
    closing.throwIfAborted();
    const slot = await agents.take(task, turn.role, folder);
    const files = new Set<string>();
    let prompt = words.first(task, turn, slot);
    for (let repeat = 0; ; repeat += 1) {
      const { result, evidence } = await prompted(slot, taken, prompt, folder);
      for (const file of slot.told.files.keys()) files.add(file);
      await settled();
      const now = current();
      if (!isWanted(now, turn)) return;
      const { outcome, text } = result;
      if (taken.stoppedBecause && outcome === 'cancelled') throw taken.stoppedBecause;
      const news = taken.stoppedBecause ? undefined : words.news(now, turn, slot);
      const isInterrupted = outcome === 'cancelled' && !signal.aborted;
      if (news && (outcome === 'completed' || isInterrupted)) {
        prompt = news;
        repeat -= 1;
        continue;
      }
      if (outcome !== 'completed') throw incompleteTurn(slot.agentId, outcome, text);
      const told = concludeTurn(now, turn, result, [...files], evidence);
      const problem = await takeAnswer(await verified(told, slot, taken, folder), slot, turn);
      if (problem === undefined) return;
      if (taken.stoppedBecause) throw taken.stoppedBecause;
      if (repeat >= settings.repeats) {
        const times = `asked ${repeat + 1} times`;
        const message = `The answer of ${slot.agentId} cannot be used (${times}): ${problem}.`;
        throw new LineclearError('plan_unusable', message);
      }
      note(`${taskId}: unusable answer of ${slot.agentId}: ${problem}`);
      prompt = words.repeated(now, turn, slot, problem);
    }
  }

  /** What a turn comes to that was not finished: it has failed, or it was stopped for what it used. */
  function unfinished(task: TaskState, turn: Turn, cause: unknown): readonly LabelledBody[] {
    const now = Date.now();
    if (!hasCode(cause, 'budget_exceeded')) return failTurn(task, turn, cause, settings, now);
    const exceeded = exceededBudget(task, options.world, settings.budgets, now);
    // Somebody may have raised it meanwhile: the turn is begun again.
    return exceeded ? budgetParking(exceeded, now) : [];
  }

  async function run(taken: Taken, timeout: LineclearError): Promise<void> {
    const { turn, signal } = taken;
    try {
      await take(taken);
    } catch (error) {
      if (closing.aborted) return;
      await settled();
      const now = current();
      if (!isWanted(now, turn)) return;
      const cause = signal.aborted ? timeout : (taken.stoppedBecause ?? error);
      note(`${taskId}: ${turn.purpose} failed: ${messageOf(cause)}`);
      const bodies = unfinished(now, turn, cause);
      if (bodies.length > 0) await record(now, bodies, turn);
    }
  }

  return {
    begin(turn) {
      const limit = settings.turnTimeout;
      const timeout = new LineclearError(
        'agent_timeout',
        `The ${turn.role} did not finish within ${limit} s.`,
      );
      const watch = clock.start(limit * 1000, timeout);
      const taken: Taken = { turn, signal: watch.signal };
      return {
        turn,
        get isStopped() {
          return taken.stoppedBecause !== undefined;
        },
        stop(because) {
          taken.stoppedBecause = because;
        },
        done: run(taken, timeout).finally(() => watch.stop()),
      };
    },
  };
}
