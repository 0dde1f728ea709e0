import type { AgentEvent } from '../contract/event.ts';
import type { World } from '../state/world.ts';
import { createClaimLine } from './claims.ts';
import { createDependents } from './dependents.ts';

/** Which tasks are to be looked at when something happens: also those that wait for what moved on. */
export interface Concerned {
  /** Takes in for what each task waits now; later events say it themselves. */
  begin(): void;
  /** Those that these events concern; the world has them already. */
  by(events: readonly AgentEvent[]): ReadonlySet<string>;
}

/** What one task does that may concern the others: they share the budget of the day. */
const OF_THE_DAY: ReadonlySet<AgentEvent['type']> = new Set([
  'provider.called',
  'agent.invoked',
  'user.raised_budget',
]);

/** `ofTheDay`: the tasks that spend from the budget of the day, or wait for it. */
export function createConcerned(world: Pick<World, 'tasks'>, ofTheDay: () => Iterable<string>): Concerned {
  const dependents = createDependents();
  const line = createClaimLine(world);

  return {
    begin() {
      for (const task of world.tasks.values()) {
        dependents.note(task);
        line.note(task);
      }
    },
    by(events) {
      for (const event of events) {
        const task = world.tasks.get(event.task_id ?? '');
        if (task && event.type === 'task.created') dependents.note(task);
        if (task && event.type === 'claim.denied') line.note(task);
      }
      const own = events.map(({ task_id }) => task_id).filter((id) => id !== undefined);
      const shared = events.some(({ type }) => OF_THE_DAY.has(type)) ? ofTheDay() : [];
      return dependents.with([...own, ...line.due(), ...shared]);
    },
  };
}
