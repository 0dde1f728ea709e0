import type { AgentEvent } from '../contract/event.ts';
import type { AgentState } from '../state/agent.ts';
import type { World } from '../state/world.ts';
import { folderIdOf } from './folder-id.ts';
import type { OrchestratorHolder } from './lease.ts';

/** What agents of other orchestrators do in the folder of this one. */
export interface Neighbourhood {
  /** Whether one of them works in the folder now: the workspace, or the worktree of a task. */
  worksIn(folder: string): boolean;
  /** The folder in which one of them has begun to work with this event. */
  begunIn(event: AgentEvent): string | undefined;
}

interface NeighbourhoodOptions {
  readonly me: OrchestratorHolder;
  /** The workspace. */
  readonly root: string;
  readonly world: Pick<World, 'agents' | 'tasks'>;
}

export function createNeighbourhood({ me, root, world }: NeighbourhoodOptions): Neighbourhood {
  const here = folderIdOf(me);

  /** Where an agent of another orchestrator works, if that is in this workspace. */
  function folderOf({ orchestrator, task_id = '' }: AgentState): string | undefined {
    if (orchestrator?.folder !== here || orchestrator.id === me.id) return undefined;
    const worktree = world.tasks.get(task_id)?.worktree;
    return worktree?.status === 'open' ? worktree.path : root;
  }

  return {
    worksIn: (folder) =>
      world.agents.values().some((agent) => agent.status === 'working' && folderOf(agent) === folder),
    begunIn(event) {
      if (event.type !== 'agent.invoked') return undefined;
      const agent = world.agents.get(event.data.agent_id);
      return agent && folderOf(agent);
    },
  };
}
