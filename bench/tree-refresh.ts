import { decodeEvent } from '../src/contract/decode.ts';
import { completeDraft } from '../src/contract/draft.ts';
import type { EventDraft } from '../src/contract/event.ts';
import { newEventId } from '../src/log/event-id.ts';
import { createWorld } from '../src/state/world.ts';
import { agentsModel } from '../src/vscode/trees/agents-model.ts';
import { TreeRows } from '../src/vscode/trees/tree-rows.ts';
import { type Benchmark, compareRates, rateOf } from './benchmark.ts';
import { activity, workingTask } from './sample-tasks.ts';

const AGENTS = 1000;
const REFRESHES = 20;
const OPTIONS = { groupAgents: 'state', sortAgents: 'waiting' } as const;

export const treeRefresh: Benchmark = {
  name: 'tree_refresh',
  async run() {
    const world = createWorld();
    const defaults = { tenantId: 'local', newId: newEventId, now: () => new Date() };
    const apply = (draft: EventDraft) =>
      world.apply(decodeEvent({ ...completeDraft(draft, defaults), sequence: world.position + 1 }));
    const tasks = Array.from({ length: AGENTS }, (_, number) =>
      workingTask(number, { pid: 1, host: 'here' }),
    );
    for (const { events } of tasks) events.forEach(apply);
    const rows = new TreeRows();
    let at = 0;
    /** Ten agents did something since the last time. */
    const work = () => {
      for (let index = 0; index < 10; index += 1) {
        const task = tasks[(at += 1) % 100];
        if (!task) continue;
        const { taskId: task_id, agentId: source_agent_id } = task;
        const call_chain = [source_agent_id];
        apply({ task_id, source: 'bench', source_agent_id, call_chain, ...activity(4 * at) });
      }
    };
    const rates = await compareRates(
      () =>
        rateOf(REFRESHES, () => {
          for (let index = 0; index < REFRESHES; index += 1) {
            work();
            const changed = rows.update(agentsModel(world, OPTIONS, { now: Date.now() }));
            if (index > 0 && !changed?.length) throw new Error('no row was drawn again');
          }
        }),
      () =>
        rateOf(REFRESHES, () => {
          for (let index = 0; index < REFRESHES; index += 1) JSON.stringify([...world.agents.values()]);
        }),
    );
    const [ours, reference] = [1000 / rates.ours, 1000 / rates.reference];
    return {
      ours,
      reference,
      unit: 'ms',
      note: `what is drawn again of the Agents view with ${AGENTS} agents when ten of them did something; reference: JSON of the agents; lower is better`,
    };
  },
};
