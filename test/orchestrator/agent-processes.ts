import { listProcesses } from '../../src/agents/process-list.ts';
import { isAlive, readMark } from '../../src/agents/process-tree.ts';
import { marksOf } from '../../src/orchestrator/agent-mark.ts';
import type { Workspace } from './workspace.ts';

/** Processes of a task's agents, also those that the log knows nothing of. */
export function processesOf({ root, app }: Workspace, taskId: string): number[] {
  const suffix = taskId.slice(taskId.lastIndexOf('-') + 1);
  const ids = ['planner', 'coder', 'reviewer'].map((role) => `${role}-${suffix}`);
  const marked = listProcesses().filter((entry) =>
    ids.some((id) => marksOf(root, id, [readMark(entry) ?? '']).length > 0),
  );
  const known = [...app.world.agents.values()].filter(
    (agent) => agent.task_id === taskId && agent.process && isAlive(agent.process),
  );
  return [...marked.map(({ pid }) => pid), ...known.map((agent) => agent.process?.pid ?? 0)];
}
