import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { fakeAgents, obey, roleIn } from './fake-agent.ts';
import { openWorkspace } from './workspace.ts';

/** Writes until nothing more goes onto the disk. */
function fill(ballast: string): void {
  const file = fs.openSync(ballast, 'a');
  try {
    for (const size of [65_536, 4_096, 1])
      try {
        for (;;) if (fs.writeSync(file, Buffer.alloc(size)) < size) break;
      } catch {
        // Less may still go.
      }
  } finally {
    fs.closeSync(file);
  }
}

test('on a disk that fills up an agent’s work is not lost: a person is told, and it goes on when there is space', async ({
  onTestFinished,
  skip,
}) => {
  const disk = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-full-'));
  onTestFinished(() => fs.rmdirSync(disk));
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', disk]).status !== 0)
    return skip('only root can mount a small disk');
  onTestFinished(() => void spawnSync('umount', ['-l', disk]));
  vi.stubEnv('TMPDIR', disk);
  onTestFinished(() => void vi.unstubAllEnvs());
  const done = Promise.withResolvers<void>();
  const { startAgent, agents } = fakeAgents({
    async play(prompt, agent, signal) {
      if (roleIn(prompt) === 'coder') await done.promise;
      return await obey(prompt, agent, signal);
    },
  });
  const { app, root, notes, create, until, task, serve, close } = await openWorkspace({ startAgent });
  onTestFinished(close);
  void serve();
  const id = await create('Work');
  await until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: id });
  await until((world) => world.tasks.get(id)?.chunks[0]?.status === 'running');
  const ballast = path.join(root, 'ballast');
  fill(ballast);
  const say = async () => {
    for (let times = 0; times < 100; times += 1)
      await app.execute({ command: 'inject_context', task_id: id, text: 'Be brief. '.repeat(500) });
  };
  await expect(say()).rejects.toMatchObject({
    code: 'log_full',
    next: expect.stringContaining('Free some disk space'),
  });
  done.resolve();
  await vi.waitFor(() => expect(notes.join('\n')).toMatch(/the disk is full.*trying again/), 30_000);
  expect(task(id).chunks[0]?.status).toBe('running');
  fs.rmSync(ballast);
  await until((world) => world.tasks.get(id)?.phase === 'completed');
  // Nobody was asked twice.
  expect(agents.flatMap(({ prompts }) => prompts).filter((text) => roleIn(text) === 'coder')).toHaveLength(2);
  expect(task(id).chunks.map(({ attempt }) => attempt)).toEqual([1, 1]);
  expect(task(id).ignored.count).toBe(0);
});
