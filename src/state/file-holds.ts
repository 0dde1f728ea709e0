import { isLive } from './agent.ts';
import type { World } from './world.ts';

/** A file, folder or glob that a task has claimed for a chunk. */
export interface FileHold {
  readonly task_id: string;
  /** Title of the chunk. */
  readonly chunk: string;
  /** Who carries the chunk out, as soon as an agent has begun. */
  readonly agent_id?: string | undefined;
}

/** By path, who holds it now: of those that claimed it the first. */
export function fileHolds({ tasks, agents }: World): ReadonlyMap<string, FileHold> {
  const coders = new Map<string | undefined, string>();
  for (const { agent_id, role, task_id, status } of agents.values())
    if (role === 'coder' && isLive(status)) coders.set(task_id, agent_id);
  const claims = [...tasks.values()].flatMap(({ task_id, chunks, claims: { held } }) =>
    held.map(({ file_path, index, sequence }) => {
      const chunk = chunks[index]?.title ?? '';
      return { file_path, sequence, hold: { task_id, chunk, agent_id: coders.get(task_id) } };
    }),
  );
  // The last entry of a path stays.
  claims.sort((a, b) => b.sequence - a.sequence);
  return new Map(claims.map(({ file_path, hold }) => [file_path, hold]));
}
