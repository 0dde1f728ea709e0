import { isLive } from './agent.ts';
import { type ChunkState, type TaskState, isEnded } from './task.ts';
import type { World } from './world.ts';

export type ChunkStatus = ChunkState['status'] | 'paused' | 'interrupted';

/**
 * The status to show for a chunk. The log says that a chunk was begun; whether somebody still works on it is known of
 * its agent: `paused` as long as it stands still, `interrupted` until the next orchestrator begins it again or gives
 * it up.
 */
export function chunkStatusOf(world: Pick<World, 'agents'>, task: TaskState, chunk: ChunkState): ChunkStatus {
  if (chunk.status !== 'running') return chunk.status;
  const coder = world.agents.get(task.assigned.coder?.agent_id ?? '');
  if (coder?.status === 'paused') return 'paused';
  const works = coder ? isLive(coder.status) : !isEnded(task.phase);
  return works ? 'running' : 'interrupted';
}
