import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EventDraft } from '../src/contract/event.ts';
import type { LogBackend } from '../src/log/log.ts';
import { openLog } from '../src/log/open.ts';

/** Runs `use` with a folder that is removed afterwards. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-bench-'));
  try {
    return await use(folder);
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** A log as a workspace has it, with durability `process`: the one whose own cost the disk hides least. */
export const openBenchLog = (folder: string): Promise<LogBackend> =>
  openLog({ backend: 'sqlite', file: path.join(folder, 'log.db'), tenantId: 'local', durability: 'process' });

/** How many tasks the drafts belong to. */
export const TASKS = 20;

const envelope = (index: number) => ({
  task_id: `task-${index % TASKS}`,
  source: 'orchestrator',
  source_agent_id: `coder-${index % 4}`,
  call_chain: ['user:local', 'planner', `coder-${index % 4}`],
  correlation_id: `command-${index % TASKS}`,
});

/**
 * What a working agent appends: progress, output, changed files (20 different ones of each task) and calls of models
 * in turn.
 */
export function draft(index: number): EventDraft {
  switch (index % 4) {
    case 0:
      return {
        ...envelope(index),
        type: 'agent.progress',
        data: { progress: 0.5, stage: 'coding', description: `Edit of src/module-${index}.ts` },
      };
    case 1:
      return {
        ...envelope(index),
        type: 'agent.output',
        data: {
          stream: 'message',
          text: `I have changed module ${index} and look at the tests now. `.repeat(3),
        },
      };
    case 2:
      return {
        ...envelope(index),
        type: 'file.modified',
        data: {
          operation: 'modify',
          file_path: `src/module-${(index * 7) % 400}.ts`,
          file_size: 2048,
          lines_added: 12,
        },
      };
    default:
      return {
        ...envelope(index),
        type: 'provider.called',
        data: {
          provider: 'example',
          model: 'large',
          input_tokens: 1200,
          output_tokens: 300,
          duration_ms: 900,
        },
      };
  }
}

/** The beginning of all tasks. */
export const taskDrafts = (): EventDraft[] =>
  Array.from({ length: TASKS }, (_, index) => ({
    ...envelope(index),
    type: 'task.created',
    data: { description: `Rework of module ${index}`, interactive: true },
  }));

export const drafts = (count: number, first = 0): EventDraft[] =>
  Array.from({ length: count }, (_, index) => draft(first + index));
