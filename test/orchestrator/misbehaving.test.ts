import fs from 'node:fs';
import path from 'node:path';
import { type TestContext, describe, expect, test } from 'vitest';
import { processesOf } from './agent-processes.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

/** Seconds. */
const LIMIT = 6;

/** From now on a turn may take so long; the planner had all the time that it needs on a busy machine. */
async function limitTurns({ root, notes }: Workspace): Promise<void> {
  const file = path.join(root, '.lineclear', 'config.toml');
  fs.appendFileSync(file, `turn_timeout = ${LIMIT}\n`);
  await expect.poll(() => notes).toContain('the configuration was read again');
}

/** A task whose coder does what the directive says, until it has failed or is done. The hook is that of the very test. */
async function run(directive: string, { onTestFinished }: TestContext, isLimited = false) {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const { app, create, until, task } = workspace;
  void workspace.serve();
  const id = await create(`Add a table of contents to README.md ${directive}`);
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  if (isLimited) await limitTurns(workspace);
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => ['failed', 'completed'].includes(world.tasks.get(id)?.phase ?? ''));
  const left = () => processesOf(workspace, id);
  await until((world) =>
    [...world.agents.values()].every(({ status }) => /^(completed|failed|stopped)$/.test(status)),
  );
  const events = await Array.fromAsync(app.events({ taskId: id }));
  return { workspace, task: task(id), events, left };
}

describe.concurrent('an agent that misbehaves fails its chunk with the reason, and nothing of it is left', () => {
  test.for([
    ['crashes in the middle', '[crash]', 'agent_failed', 'crashing as the task says'],
    ['prints what is no message', '[garbage]', 'agent_protocol', '“this is not a message (1)”'],
    ['hangs', '[hang]', 'agent_timeout', `The coder did not finish within ${LIMIT} s.`],
    [
      'hangs, as its child does, and cannot be asked to end',
      '[deaf]',
      'agent_timeout',
      `did not finish within ${LIMIT} s.`,
    ],
    ['answers when its time is over', '[late]', 'agent_timeout', `did not finish within ${LIMIT} s.`],
    ['closes its output and lives on', '[mute]', 'agent_protocol', 'It closed its output.'],
    ['ends well without an answer', '[vanish]', 'agent_failed', 'ended with exit code 0'],
    ['leaves a process behind in a group of its own', '[fork]', 'agent_failed', 'with a process left behind'],
    ['prints a line without an end', '[flood: 48 line]', 'agent_protocol', 'a line of more than 32 MiB'],
  ] as const)('one that %s', { timeout: 90_000 }, async ([, directive, code, words], context) => {
    const { task, events, left } = await run(directive, context, code === 'agent_timeout');
    const failures = events.filter((event) => event.type === 'chunk.failed');
    expect(failures.map(({ data }) => data)).toMatchObject([
      { error_code: code, error_message: expect.stringContaining(words) },
    ]);
    expect(task.phase).toBe('failed');
    expect(task.failure?.error_message).toContain(words);
    expect(events.some((event) => event.type === 'chunk.completed')).toBe(false);
    expect(left()).toEqual([]);
  });
});

test.for(['messages', 'stderr'])(
  'a flood of 64 MB of %s is cut: the log stays small and says how much is missing',
  async (kind, context) => {
    const { workspace, task, events, left } = await run(`[flood: 64 ${kind}]`, context);
    expect(task.phase).toBe('completed');
    const outputs = events.flatMap((event) => (event.type === 'agent.output' ? [event.data] : []));
    const kept = outputs.reduce((sum, { text }) => sum + text.length, 0);
    const truncated = outputs.reduce((sum, output) => sum + (output.truncated ?? 0), 0);
    expect(kept + truncated).toBeGreaterThanOrEqual(64 * 1024 ** 2);
    const file = path.join(workspace.root, '.lineclear/log.db');
    const bytes = ['', '-wal'].map(
      (end) => fs.statSync(`${file}${end}`, { throwIfNoEntry: false })?.size ?? 0,
    );
    expect(Math.max(...bytes)).toBeLessThan(6 * 1024 ** 2);
    expect(left()).toEqual([]);
  },
);
