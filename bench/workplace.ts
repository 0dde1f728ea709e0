import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { EventDraft } from '../src/contract/event.ts';
import type { LogBackend } from '../src/log/log.ts';
import { openLog } from '../src/log/open.ts';
import { activity } from './sample-tasks.ts';

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

/** What a working agent of one of the tasks appends; the files of each task are 20 different ones. */
export const draft = (index: number): EventDraft => ({ ...envelope(index), ...activity(index) });

/** The beginning of all tasks. */
export const taskDrafts = (): EventDraft[] =>
  Array.from({ length: TASKS }, (_, index) => ({
    ...envelope(index),
    type: 'task.created',
    data: { description: `Rework of module ${index}`, interactive: true },
  }));

export const drafts = (count: number, first = 0): EventDraft[] =>
  Array.from({ length: count }, (_, index) => draft(first + index));
