import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import path from 'node:path';
import * as z from 'zod';
import { expect, onTestFinished, test } from 'vitest';
import { createWorkspace } from './cli/workspace.ts';
import { serveHttp } from './http-server.ts';

const example = path.join(import.meta.dirname, '../examples/consume/announce.ts');

/** A webhook that keeps what it is told, and refuses what it is told about one task. */
async function openWebhook(refused: string) {
  const told: string[] = [];
  const url = await serveHttp((request, response) => {
    void text(request).then((body) => {
      const { text: said } = z.object({ text: z.string() }).parse(JSON.parse(body));
      const isRefused = said.includes(refused);
      if (!isRefused) told.push(said);
      response.writeHead(isRefused ? 400 : 204).end(isRefused ? 'not about this one' : '');
    });
  });
  return { told, url };
}

test('a program that imports the package shares the memory, as one of the agents', async () => {
  const { root, run } = createWorkspace();
  await run(['memory', 'write', 'lessons/parser', 'The parser needs 2 GB.', '--agent', 'coder-1']);
  const remember = path.join(import.meta.dirname, '../examples/memory/remember.ts');
  const program = spawn(
    process.execPath,
    ['--conditions=source', remember, 'lessons/parser', 'The parser needs 4 GB.'],
    {
      cwd: root,
      env: { ...process.env, LINECLEAR_CONFIG_HOME: root, LINECLEAR_USER: 'anna' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = await Promise.all([text(program.stdout), once(program, 'exit')]);
  expect(said).toBe('noted: lessons/parser\ncontext: {"status":"idle","last_lesson":"lessons/parser"}\n');
  expect(JSON.parse((await run(['memory', 'get', 'lessons/parser', '--json'])).stdout)).toMatchObject({
    body: 'The parser needs 4 GB.\n',
    tags: ['lesson'],
    agent_id: 'scholar',
    user_id: 'anna',
    created_by: 'coder-1',
  });
});

const failed = (task_id: string) => [
  { task_id, who: 'user:anna', type: 'task.created', data: { description: task_id, interactive: true } },
  { task_id, who: 'orchestrator', type: 'task.failed', data: { error_message: 'no agent' } },
];

test('a program that imports the package gets the events of its types, and parks what it rejects', async () => {
  const { root, run, record } = createWorkspace();
  const { told, url } = await openWebhook('secret');
  await record(...failed('one'), ...failed('secret'), ...failed('two'));
  const program = spawn(process.execPath, ['--conditions=source', example, url], {
    cwd: root,
    env: { ...process.env, LINECLEAR_CONFIG_HOME: root, LINECLEAR_USER: 'anna' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(program, 'exit');
  onTestFinished(() => void program.kill('SIGKILL'));
  await expect.poll(() => told).toEqual(['Task one failed: no agent', 'Task two failed: no agent']);
  const { stdout } = await run(['dlq', 'list', '--json']);
  expect(JSON.parse(stdout)).toMatchObject([
    { group: 'announce', reason: 'rejected', task_id: 'secret', attempts: [{ error: 'not about this one' }] },
  ]);
  program.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
