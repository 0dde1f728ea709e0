import { listProcesses } from '../../src/agents/process-list.ts';
import { isAlive, readMark } from '../../src/agents/process-tree.ts';
import { marksOf } from '../../src/orchestrator/agent-mark.ts';
import { isLive } from '../../src/state/agent.ts';
import type { World } from '../../src/state/world.ts';

/** Processes that run for agents of a workspace, by the agent's id. Linux only; elsewhere none is found. */
export function agentProcesses(root: string, agentIds: Iterable<string>): Map<number, string> {
  const ids = [...agentIds];
  const found = new Map<number, string>();
  for (const entry of listProcesses()) {
    const mark = readMark(entry);
    const agentId = mark && ids.find((id) => marksOf(root, id, [mark]).length > 0);
    if (agentId !== undefined) found.set(entry.pid, agentId);
  }
  return found;
}

/** What is shown of agents otherwise than it is, right now. */
function differences(root: string, world: World): string[] {
  const shown = [...world.agents.values()].flatMap(({ agent_id, status, process }) =>
    isLive(status) && process && !isAlive(process)
      ? [`${agent_id} is shown as ${status}, process ${process.pid} is gone`]
      : [],
  );
  const running = [...agentProcesses(root, world.agents.keys())].flatMap(([pid, agentId]) => {
    const status = world.agents.get(agentId)?.status;
    return status && isLive(status) ? [] : [`${agentId} is shown as ${status}, process ${pid} runs`];
  });
  return [...shown, ...running];
}

/** Remembers since when something is shown wrongly: a moment is allowed, as nobody can see a process end before it does. */
export function watchTruth(root: string, world: World, allowedMs: number) {
  let since = new Map<string, number>();
  let longest = 0;
  const violations = new Set<string>();
  return {
    look(now: number) {
      since = new Map(differences(root, world).map((text) => [text, since.get(text) ?? now]));
      for (const [text, began] of since) {
        longest = Math.max(longest, now - began);
        if (now - began > allowedMs) violations.add(text);
      }
    },
    /** Milliseconds. */
    get longest() {
      return longest;
    },
    violations,
  };
}
