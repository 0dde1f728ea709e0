import { LineclearError, messageOf } from '../contract/errors.ts';
import type { TaskLookup } from '../state/dependencies.ts';
import { exceededWords } from '../state/budget.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { ENDINGS } from './agent-ending.ts';
import { createAlarm } from './alarm.ts';
import { budgetEnd, exceededBudget } from './budgets.ts';
import { type Effect, type LabelledBody, beginsTurn, decide } from './decide.ts';
import type { HeldTasks } from './held-tasks.ts';
import type { TurnObserver } from './observe-turn.ts';
import { createParkingClock } from './parking-clock.ts';
import { type Steering, createSteering } from './steering.ts';
import { createStepper, retryWords } from './stepper.ts';
import { type TaskAgentsOptions, createTaskAgents } from './task-agents.ts';
import { type TaskWriter, isRefused } from './task-writer.ts';
import { createTurnClock } from './turn-clock.ts';
import type { TurnGate } from './turn-gate.ts';
import { type OngoingTurn, createTurns } from './turns.ts';

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
export interface TaskRun extends Steering {
  /** Decides and acts on the newest state; call it after every change of the task. Never throws. */
  step(): void;
  /** Whether agents or turns of the task are alive here, or a step is due. */
  isActive(): boolean;
  /** Whether a turn goes on that does not wait for a person. */
  isWorking(): boolean;
  /** Ends the agents; what they did not finish is taken up by the next orchestrator. */
  close(): Promise<void>;
}

/** Records what was decided. Whether it is in the log: a task with something that the log will never take has failed. */
async function recorded(
  writer: TaskWriter,
  task: TaskState,
  bodies: readonly LabelledBody[],
): Promise<boolean> {
  try {
    if (bodies.length > 0) await writer.decided(task, bodies, task.version);
    return true;
  } catch (error) {
    if (!isRefused(error)) throw error;
    const { code: error_code, next } = error;
    const data = { error_message: messageOf(error), error_code, next };
    await writer.decided(task, [{ label: 'refused', body: { type: 'task.failed', data } }]);
    return false;
  }
}

export function createTaskRun(options: TaskRunOptions): TaskRun {
  const { taskId, settings, writer, note, world, gate, held, onChange } = options;
  const closing = new AbortController();
  let ongoing: OngoingTurn | undefined;
  let turnDone: Promise<void> = Promise.resolve();

  const stepper = createStepper({
    work: stepOnce,
    onFailed: (error) => note(retryWords(taskId, error)),
    onEnded: onChange,
  });
  const step = () => stepper.step();
  const alarm = createAlarm(step);
  const parking = createParkingClock();
  const clock = createTurnClock({ taskId, gate, isTurnOn: () => ongoing !== undefined, onChange });
  const agents = createTaskAgents({
    ...options,
    current,
    term: () => held.termOf(taskId),
    ensureHeld: () => held.ensure(taskId),
    whileWaiting: clock.whileWaiting,
    onGone: step,
  });
  const turns = createTurns({ ...options, current, agents, clock, closing: closing.signal });

  function current(): TaskState {
    const task = world.tasks.get(taskId);
    if (!task) throw new LineclearError('task_not_found', `There is no task '${taskId}'.`);
    return task;
  }

  /** Its agent leaves what it does, or is ended when it does not obey. */
  function stopTurn(): void {
    const exceeded = exceededBudget(current(), world, settings.budgets, Date.now());
    if (!ongoing || ongoing.isStopped || !exceeded) return;
    ongoing.stop(new LineclearError('budget_exceeded', exceededWords(exceeded)));
    agents.inRole(ongoing.turn.role)?.interrupt();
  }

  function perform(effect: Effect): void {
    switch (effect.effect) {
      case 'run_turn':
        ongoing = turns.begin(effect.turn);
        turnDone = ongoing.done
          .catch((error: unknown) => note(`${taskId}: ${messageOf(error)}`))
          .finally(() => {
            ongoing = undefined;
            step();
          });
        return;
      case 'stop_turn':
        stopTurn();
        return;
      case 'end_agents':
        void agents.end(effect.roles, ENDINGS[effect.because]);
    }
  }

  /** Resolves when the state has what was done. When the turn ends meanwhile, what it came to, too, or it would be run again. */
  async function settled(): Promise<void> {
    let seen: OngoingTurn | undefined;
    do {
      seen = ongoing;
      await options.settled();
    } while (seen !== ongoing);
  }

  /** Another orchestrator may carry it on, unless agents of it live here. */
  async function letGo(): Promise<void> {
    if (!ongoing && agents.roles.length === 0 && held.has(taskId)) await held.giveBack(taskId);
  }

  /** What happened until it was taken may lead to something else. */
  async function claim(): Promise<void> {
    if (await held.claim(taskId)) step();
    else gate.leave(taskId);
  }

  async function stepOnce(): Promise<void> {
    await settled();
    const task = world.tasks.get(taskId);
    if (!task || closing.signal.aborted) return;
    if (held.isElsewhere(taskId)) return gate.leave(taskId);
    const running = { turn: ongoing?.turn, roles: agents.roles, ending: agents.isEnding };
    const { now, until } = parking.look(task.parked);
    const exceeded = exceededBudget(task, world, settings.budgets, now);
    const decision = decide(task, running, settings, { now, world, exceeded });
    alarm.set(until ?? budgetEnd(task, world, settings.budgets, now), now);
    const rests = decision.append.length === 0 && decision.effects.length === 0;
    if (rests && !ongoing && !agents.isEnding) gate.leave(taskId);
    const mustLook = !held.has(taskId) && held.mayBeLeft(task);
    if (rests && !mustLook) return await letGo();
    if (beginsTurn(decision) && !gate.enter(task)) return await letGo();
    if (!held.has(taskId)) return await claim();
    if (!(await recorded(writer, task, decision.append)) || closing.signal.aborted) return;
    for (const effect of decision.effects) perform(effect);
  }

  return {
    ...createSteering(agents, clock, () => ongoing),
    step,
    isWorking: () => ongoing !== undefined && !clock.isWaiting,
    isActive: () => ongoing !== undefined || stepper.isDue || agents.roles.length > 0,
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
