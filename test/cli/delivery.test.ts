import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

/** A handler that keeps what it gets, and refuses the names that it is told. */
const handler = `
let text = '';
process.stdin.on('data', (chunk) => (text += chunk)).on('end', () => {
  const { data } = JSON.parse(text);
  const fs = require('node:fs');
  if (fs.existsSync(data.name + '.refused')) { console.error('not ' + data.name); process.exit(65); }
  fs.appendFileSync('got.txt', data.name + '\\n');
});`;

const passed = (name: string) => ({ task_id: 'task-1', who: 'ci', type: 'test.passed', data: { name } });

const letters = z.array(z.object({ event_id: z.string(), reason: z.string(), group: z.string() }));

it('hands events to a command, parks what it rejects, and hands that out again when it is replayed', async () => {
  const { root, run, record, start } = createWorkspace();
  const got = () => {
    const file = path.join(root, 'got.txt');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  fs.writeFileSync(path.join(root, 'bad.refused'), '');
  await record(...['one', 'bad', 'two'].map((name) => passed(name)));
  const args = [
    'consume',
    '--group',
    'mail',
    '--types',
    'test.passed',
    '--',
    process.execPath,
    '-e',
    handler,
  ];
  const consumer = start(args);
  await expect.poll(got).toEqual(['one', 'two']);
  await expect.poll(() => consumer.output()).toContain('dead letter: not bad');

  const list = letters.parse(JSON.parse((await run(['dlq', 'list', '--json'])).stdout));
  expect(list).toMatchObject([{ reason: 'rejected', group: 'mail' }]);
  const id = list[0]?.event_id ?? '';
  expect((await run(['dlq', 'show', id])).stdout).toContain('not bad');
  expect(JSON.parse((await run(['dlq', 'edit', id, '{"nam":"x"}', '--json'])).stderr)).toMatchObject({
    error: { code: 'invalid_event', field: 'data.name' },
  });
  expect((await run(['dlq', 'edit', id, '{"name":"good"}'])).code).toBe(0);
  expect((await run(['dlq', 'replay', '--dry-run'])).stdout).toContain('test.passed');
  expect((await run(['dlq', 'replay'])).stdout).toContain('1 event handed out again');
  await expect.poll(got).toEqual(['one', 'two', 'good']);
  await expect.poll(async () => (await run(['dlq'])).stdout).toBe('No dead letters.\n');
  expect((await run(['dlq', 'delete', id])).code).toBe(3);
  const ended = once(consumer, 'exit');
  consumer.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
}, 60_000);

it('does not blame an event for a command that cannot be started, and says where a group goes on', async () => {
  const { run, record } = createWorkspace();
  await record(passed('one'));
  const missing = await run(['consume', '--group', 'mail', '--', './no-such-command']);
  expect(missing.code).toBe(1);
  expect(missing.stderr).toContain('Group mail is new and begins with the first event');
  expect(missing.stderr).toMatch(/no-such-command cannot be started: [\s\S]*Correct the command after --/);
  const [group, letters_, again] = await Promise.all([
    run(['group']),
    run(['dlq']),
    run(['consume', '--group', 'mail', '--from', 'now', '--', './no-such-command']),
  ]);
  expect(group.stdout).toMatch(/^mail +at event 1 +0 events behind, 1 unfinished/);
  expect(letters_.stdout).toBe('No dead letters.\n');
  expect(again.stderr).toContain('goes on behind event 1 (--from is for a new group)');
});
