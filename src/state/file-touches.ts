import type { AgentEvent } from '../contract/event.ts';

/** The newest change of a file by one agent in one task. */
export interface FileTouch {
  readonly file_path: string;
  readonly agent_id: string;
  readonly task_id: string;
  readonly at: string;
  readonly change: 'created' | 'modified' | 'deleted';
}

/** Files that are remembered; of more, those that were changed last. */
const LIMIT = 2000;

const changes = {
  'file.created': 'created',
  'file.modified': 'modified',
  'file.deleted': 'deleted',
} as const;

/** Who changed which file for a task that is not over. */
export interface FileTouches {
  /** By file, the one that was changed last at the end; in a file, the newest touch last. */
  readonly byFile: ReadonlyMap<string, readonly FileTouch[]>;
  apply(event: AgentEvent): void;
  /** The task is over: what it changed is nobody's any more. */
  forget(taskId: string): void;
}

export function createFileTouches(from: readonly FileTouch[]): FileTouches {
  const byFile = new Map<string, FileTouch[]>();
  const add = (touch: FileTouch): void => {
    const { file_path, agent_id, task_id } = touch;
    const ofFile = byFile.get(file_path) ?? [];
    const known = ofFile.findIndex((other) => other.agent_id === agent_id && other.task_id === task_id);
    if (known !== -1) ofFile.splice(known, 1);
    ofFile.push(touch);
    byFile.delete(file_path);
    byFile.set(file_path, ofFile);
    const [oldest] = byFile.keys();
    if (byFile.size > LIMIT && oldest !== undefined) byFile.delete(oldest);
  };
  for (const touch of from) add(touch);
  return {
    byFile,
    apply(event) {
      const { type, task_id, source_agent_id: agent_id, timestamp: at } = event;
      if (task_id === undefined) return;
      if (type !== 'file.created' && type !== 'file.modified' && type !== 'file.deleted') return;
      add({ file_path: event.data.file_path, agent_id, task_id, at, change: changes[type] });
    },
    forget(taskId) {
      for (const [file, touches] of byFile) {
        const left = touches.filter(({ task_id }) => task_id !== taskId);
        if (left.length === touches.length) continue;
        if (left.length === 0) byFile.delete(file);
        else byFile.set(file, left);
      }
    },
  };
}

/** Files that were changed for more than one task that is not over, with who did it in each. */
export const sharedFiles = (
  touches: FileTouches['byFile'],
): readonly (readonly [file: string, touches: readonly FileTouch[]])[] =>
  [...touches].filter(([, ofFile]) => ofFile.some(({ task_id }) => task_id !== ofFile[0]?.task_id));
