import v8 from 'node:v8';
import { afterEach, expect, test } from 'vitest';
import { fakeAgents, obey } from './fake-agent.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

const MORE = 3;

let workspace: Workspace;
afterEach(() => workspace.close());

async function completeTasks(count: number): Promise<void> {
  const { app, create, until } = workspace;
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await create(`Task ${index}`));
  for (const task_id of ids) {
    await until(({ tasks }) => tasks.get(task_id)?.phase === 'plan_review');
    await app.execute({ command: 'approve_plan', task_id });
  }
  await until(({ tasks, agents }) =>
    ids.every((id) => {
      const own = [...agents.values()].filter(({ task_id }) => task_id === id);
      return tasks.get(id)?.phase === 'completed' && own.every(({ status }) => status === 'completed');
    }),
  );
}

/** Of what is reachable, after a collection of garbage: takes seconds on a busy machine. Each run of a task and each agent has some. */
const controllers = (): number => v8.queryObjects(AbortController, { format: 'count' });

test('an orchestrator keeps nothing of the tasks that have ended', async () => {
  const { startAgent, agents } = fakeAgents({ play: obey });
  workspace = await openWorkspace({ startAgent });
  void workspace.serve();
  await completeTasks(1);
  agents.length = 0;
  const before = controllers();
  await completeTasks(MORE);
  // The fake keeps its agents for tests to look at.
  agents.length = 0;
  await expect.poll(controllers).toBeLessThan(before + MORE);
}, 60_000);
