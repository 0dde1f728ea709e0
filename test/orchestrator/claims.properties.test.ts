import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { derivedEventId } from '../../src/log/event-id.ts';
import { createClaimLine } from '../../src/orchestrator/claims.ts';
import { type Decision, type Turn, decide, needsOrchestrator } from '../../src/orchestrator/decide.ts';
import { overlap } from '../../src/orchestrator/scope-match.ts';
import type { AgentEvent } from '../../src/contract/event.ts';
import { type WorldFold, createWorld } from '../../src/state/world.ts';
import * as e from '../state/events.ts';
import { quiet } from './quiet.ts';

const { settings } = quiet;

/** A log that orchestrators share, each of which carries out one task and reads when it comes to it. */
class Log {
  readonly events: AgentEvent[] = [];
  readonly #ids = new Set<string>();

  append(task: string, steps: readonly e.Step[], ids?: readonly string[], version?: number): boolean {
    const newest = this.events.findLast((event) => event.task_id === task)?.sequence;
    if (ids?.every((id) => this.#ids.has(id))) return true;
    if (version !== undefined && newest !== version) return false;
    for (const id of ids ?? []) this.#ids.add(id);
    const own = steps.map((step) => ({ ...step, task }));
    const events = e.logOf(own, this.events.length);
    this.events.push(...events.map((event, at) => ({ ...event, id: ids?.[at] ?? event.id })));
    return true;
  }

  read(world: WorldFold): void {
    for (const event of this.events.slice(world.position)) world.apply(event);
  }
}

type Outcome = 'good' | 'sent back' | 'tried again' | 'failed';

function outcomes(turn: Turn): Record<Outcome, readonly e.Step[]> {
  if (turn.purpose === 'plan') throw new Error('the plans are made already');
  if (turn.purpose === 'review') {
    const [good, bad] = [[e.reviewPassed(turn.round)], [e.reviewFailed(turn.round)]];
    return { good, 'sent back': bad, 'tried again': [], failed: [] };
  }
  const failed = e.chunkFailed(turn.index, turn.attempt);
  const good = [e.chunkCompleted(turn.index, turn.attempt)];
  return {
    good,
    'sent back': good,
    'tried again': [failed, e.retryAt('2026-03-01T12:00:00.000Z')],
    failed: [failed],
  };
}

/** An orchestrator of one task: it looks, and appends what it decided some time later. */
class Runner {
  world = createWorld();
  turn: Turn | undefined;
  readonly #id: string;
  readonly #log: Log;
  #due: { readonly decision: Decision; readonly version: number; readonly cause: string } | undefined;

  constructor(id: string, log: Log) {
    this.#id = id;
    this.#log = log;
  }

  get task() {
    const task = this.world.tasks.get(this.#id);
    if (!task) throw new Error('no task');
    return task;
  }

  /** What its agent may write now. */
  get writes(): readonly string[] {
    if (this.turn?.purpose !== 'chunk') return [];
    const { chunks: planned = [] } = this.task.plans[0] ?? {};
    const chunk = planned[this.turn.index];
    // What a reviewer found may be anywhere.
    return (chunk ? [chunk] : planned).flatMap(({ files }) => files);
  }

  look(): void {
    this.#log.read(this.world);
    const running = { turn: this.turn, roles: this.turn ? [this.turn.role] : [], ending: false };
    // Who is cancelled is asked to stop; the model lets it end some time later.
    const decision = this.turn
      ? { append: [], effects: [] }
      : decide(this.task, running, settings, { now: Infinity, world: this.world });
    this.#due = { decision, version: this.task.version, cause: this.task.cause_id };
  }

  act(): void {
    const due = this.#due;
    this.#due = undefined;
    if (!due || this.turn) return;
    const { append, effects } = due.decision;
    const ids = append.map(({ label, cause = due.cause }) => derivedEventId(cause, label));
    const steps = append.map(({ body }) => ({ ...body, by: 'orchestrator', task: this.#id }));
    if (append.length > 0 && !this.#log.append(this.#id, steps, ids, due.version)) return;
    for (const effect of effects) if (effect.effect === 'run_turn') this.turn = effect.turn;
    this.#log.read(this.world);
  }

  /** The turn comes to something, wanted or not. */
  finish(how: Outcome): void {
    const { turn } = this;
    this.turn = undefined;
    if (!turn) return;
    this.#log.read(this.world);
    this.#log.append(this.#id, outcomes(turn)[how]);
  }

  /** The process is killed, and another one begins. */
  die(): void {
    this.turn = undefined;
    this.#due = undefined;
    this.world = createWorld();
    this.#log.read(this.world);
  }
}

const names = fc.constantFrom('a.ts', 'b.ts', 'src', 'src/c.ts', 'src/*.ts', 'docs/d.md');
const chunks = fc.array(
  fc.record({ title: fc.constant('Work'), files: fc.uniqueArray(names, { maxLength: 3 }) }),
  { minLength: 1, maxLength: 3 },
);
const acts = fc.constantFrom(
  ...([
    'look',
    'act',
    'race',
    'race',
    'good',
    'good',
    'sent back',
    'tried again',
    'failed',
    'die',
    'cancel',
  ] as const),
);
const scenario = fc.record({
  plans: fc.array(chunks, { minLength: 2, maxLength: 4 }),
  steps: fc.array(fc.tuple(fc.nat(3), acts), { maxLength: 60 }),
});

function begin(plans: readonly (readonly { title: string; files: string[] }[])[]) {
  const log = new Log();
  const runners = plans.map((chunksOfTask, at) => {
    const id = `task-${at}`;
    const plan = e.step('plan.ready', { revision: 1, plan: '# Plan', chunks: [...chunksOfTask] });
    log.append(id, [e.created(), e.started(), plan, e.approved()]);
    return new Runner(id, log);
  });
  for (const { world } of runners) log.read(world);
  return { log, runners };
}

function expectApart(runners: readonly Runner[]): void {
  for (const [at, one] of runners.entries())
    for (const other of runners.slice(at + 1))
      for (const file of one.writes) expect(other.writes.filter((name) => overlap(file, name))).toEqual([]);
}

test('however orchestrators interleave and die, no two agents write the same file, and every task gets on', () => {
  fc.assert(
    fc.property(scenario, ({ plans, steps }) => {
      const { log, runners } = begin(plans);
      for (const [which, act] of steps) {
        const runner = runners[which % runners.length];
        if (!runner) continue;
        if (act === 'look') runner.look();
        else if (act === 'act') runner.act();
        else if (act === 'race') {
          for (const one of runners) one.look();
          for (const one of runners) one.act();
        } else if (act === 'die') runner.die();
        else if (act === 'cancel') log.append(`task-${which % runners.length}`, [e.cancelled()]);
        else runner.finish(act);
        expectApart(runners);
      }
      // From now on all goes well, but for a reviewer's first look: woken are those that `createClaimLine` and their own events wake.
      const seen = new Map<Runner, number>();
      for (let round = 0; ; round += 1) {
        expect(round).toBeLessThan(200);
        const before = log.events.length;
        for (const runner of runners) {
          log.read(runner.world);
          const line = createClaimLine(runner.world);
          line.note(runner.task);
          const isWoken = line.due().length > 0 || seen.get(runner) !== runner.task.version;
          seen.set(runner, runner.task.version);
          if (!isWoken) continue;
          runner.look();
          runner.act();
          expectApart(runners);
        }
        const turns = runners.filter(({ turn }) => turn);
        for (const runner of turns.slice(0, 1))
          runner.finish(runner.task.review_round === 0 ? 'sent back' : 'good');
        if (log.events.length === before && turns.length === 0) break;
      }
      for (const { task, world } of runners) {
        expect(['completed', 'cancelled', 'failed']).toContain(task.phase);
        expect(task.claims.held).toEqual([]);
        expect(needsOrchestrator(task, settings, world)).toBe(false);
      }
    }),
    { numRuns: 200 },
  );
});
