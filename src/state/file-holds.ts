import { isLive } from './agent.ts';
import type { World } from './world.ts';

/** A file or folder that a chunk names which is being carried out: its task changes it, or is about to. */
export interface FileHold {
  readonly task_id: string;
  /** Title of the chunk. */
  readonly chunk: string;
  /** Who carries the chunk out, as soon as an agent has begun. */
  readonly agent_id?: string | undefined;
}

/** `./src/` and `src` are the same folder. */
export const plainName = (name: string): string => name.replace(/^\.\//, '').replace(/\/+$/, '');

/**
 * By path, who holds it now. It follows from the tasks alone, so that nothing has to be given back: a hold ends with
 * its chunk or its task. A task with a worktree of its own holds nothing that others could touch.
 */
export function fileHolds({ tasks, agents }: World): ReadonlyMap<string, readonly FileHold[]> {
  const coders = new Map<string | undefined, string>();
  for (const { agent_id, role, task_id, status } of agents.values())
    if (role === 'coder' && isLive(status)) coders.set(task_id, agent_id);
  const holds = new Map<string, readonly FileHold[]>();
  for (const { task_id, phase, chunks, worktree } of tasks.values()) {
    if (phase !== 'executing' || worktree?.status === 'open') continue;
    for (const { status, title, files } of chunks) {
      if (status !== 'running') continue;
      const hold = { task_id, chunk: title, agent_id: coders.get(task_id) };
      for (const file of new Set(files.map(plainName))) holds.set(file, [...(holds.get(file) ?? []), hold]);
    }
  }
  return holds;
}
