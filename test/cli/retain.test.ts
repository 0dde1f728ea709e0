import { expect, test } from 'vitest';
import { openWorkspace } from '../../src/open-workspace.ts';
import { oldAndNewTasks } from '../retention/old-tasks.ts';
import { createWorkspace } from './workspace.ts';

test('what ended long ago is archived when that is said, and read in its archive with all that it names', async () => {
  const { root, run } = createWorkspace();
  const { backend } = await openWorkspace({ root, create: true });
  const names = async (kind: string, number: number) =>
    kind === 'old' ? [await backend.blobs.put(Buffer.from(`first line\nof task ${number}`))] : [];
  const { old } = await oldAndNewTasks(backend.log, { old: 2, recent: 10, isBrief: true, names });
  await backend.close();

  const planned = await run(['retain']);
  expect(planned.stdout).toMatch(
    /^Can archive 56 events \(\d+ kB\) of 2 tasks that ended more than 30 days ago\. .*do it with --yes\.\n$/,
  );
  expect((await run(['archive'])).stdout).toBe('The log is whole: nothing was archived or deleted.\n');

  const done = await run(['retain', '--yes']);
  const [, name = ''] = /^Archived 56 events .*\n {2}\.lineclear\/archive\/(\S+)\n/.exec(done.stdout) ?? [];
  const shown = await run(['archive', 'show', name, '--task', old[1] ?? '', '--contents']);
  expect(shown.stdout.split('\n').filter((line) => line.includes('created the task'))).toHaveLength(1);
  expect(shown.stdout).toMatch(/\n {2}blob:[0-9a-f]{64}\n {4}first line\n {4}of task 1\n/);
  expect(shown.stdout).not.toContain('of task 0');
  const removed = await run(['show', old[1] ?? '']);
  expect(removed.code).toBe(1);
  expect(removed.stderr).toContain(name);
});
