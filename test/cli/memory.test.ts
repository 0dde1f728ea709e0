import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openApp } from '../../src/app.ts';
import { createWorkspace } from './workspace.ts';

const examples = path.resolve(import.meta.dirname, '../../examples/memory');

it('writes, finds, changes, deletes and restores notes', async () => {
  const { run } = createWorkspace();
  const out = async (...args: string[]) => {
    const { stdout, stderr } = await run(args);
    return stdout + stderr;
  };
  const json = async (...args: string[]) => JSON.parse((await run([...args, '--json'])).stdout);
  expect(
    await out('memory', 'write', 'api/limits', 'Ten a second.', '--tag', 'http', '--agent', 'coder-1'),
  ).toBe('api/limits is written.\n');
  expect((await run(['memory', 'write', 'api', '-', '--title', 'Time outs'], 'After 30 s.\n')).stdout).toBe(
    'api/time-outs is written.\n',
  );
  await out('memory', 'write', 'api/limits', 'Twenty a second.');
  expect(await json('memory', 'get', 'api/limits')).toMatchObject({
    body: 'Twenty a second.\n',
    tags: ['http'],
    agent_id: 'user:maria',
    created_by: 'coder-1',
  });
  expect(await json('memory', 'search', 'sec', 'twen')).toMatchObject([{ slug: 'limits' }]);
  const versions = await json('memory', 'history', 'api/limits');
  expect(versions).toHaveLength(2);
  expect(await out('memory', 'get', 'api/limits', '--at', versions[0].event_id)).toContain('Ten a second.');
  expect(await out('memory', 'rm', 'api/limits')).toContain('lineclear memory restore api/limits');
  expect(await out('memory', 'list')).toMatch(/^api\/time-outs +Time outs +user:maria +\S+.*\n$/);
  expect(await out('memory', 'restore', 'api/limits', versions[0].event_id)).toBe(
    'api/limits is restored.\n',
  );
  expect(await json('memory', 'list', '--tag', 'http')).toMatchObject([{ slug: 'limits' }]);
  expect((await run(['memory', 'get', 'api/none'])).code).toBe(1);
  const refused = await run(['memory', 'write', 'api/../x', 'x', '--json']);
  expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'invalid_note', field: 'slug' } });
  expect((await run(['memory', 'settle', 'api/limits'])).code).toBe(3);
}, 180_000);

it('keeps a context per agent, as one JSON document', async () => {
  const { run } = createWorkspace();
  await run(['context', 'set', 'mary', 'status=active', 'files=3', 'note=a=b', 'gone=1']);
  await run(['context', 'set', 'mary', 'gone=', '--agent', 'tom']);
  await run(['context', 'set', 'tom', '-'], '{"at":{"line":2}}');
  expect(JSON.parse((await run(['context', 'get'])).stdout)).toMatchObject({
    agents: { mary: { status: 'active', files: 3, note: 'a=b' }, tom: { at: { line: 2 } } },
    set: { mary: { status: { by: 'user:maria' } } },
  });
  expect(JSON.parse((await run(['context', 'get', 'mary', '--json'])).stdout)).not.toHaveProperty('gone');
  expect((await run(['context', 'set', 'mary', 'nothing'])).stderr).toContain('key=value');
}, 180_000);

it('what was changed on two sides waits in the inbox, and is settled', async () => {
  const { root, run } = createWorkspace();
  const app = await openApp({ root, source: 'cli' });
  onTestFinished(() => app.close());
  const memory = await app.memory();
  const [coder, mary] = [app.author('coder-1'), app.author('mary')];
  const { note } = await memory.write({ domain: 'api', slug: 'limits', text: 'Ten.\n' }, coder);
  await memory.update(note.note_id, { text: 'Twenty.\n' }, coder);
  await memory.update(note.note_id, { text: 'Thirty.\n' }, mary, note.event_id);
  await memory.updateAgentContext({ agentId: 'mary', patch: { x: 1 } }, mary);
  const base = memory.state.contexts.get('mary')?.event_id;
  await memory.updateAgentContext({ agentId: 'mary', patch: { at: { a: 1, b: 2 } }, base }, mary);
  await memory.updateAgentContext({ agentId: 'mary', patch: { at: { b: 3 } }, base }, coder);

  expect((await run(['list'])).stdout).toContain('2 matters wait for you: lineclear list --inbox');
  const shown = (await run(['list', '--inbox'])).stdout.replaceAll(/(?:\d+ s|just now)$/gm, 'AGE');
  expect(shown).toBe(`⑂ Two versions: limits
  coder-1 · mary · AGE
    lineclear memory settle api/limits
    lineclear memory settle api/limits --take current
    lineclear memory settle api/limits --take other
⑂ Two values: at of mary
  {"a":1,"b":3} by coder-1 · {"a":1,"b":2} by mary · AGE
    lineclear context settle mary at --take current
    lineclear context settle mary at --take other
`);
  expect((await run(['memory', 'settle', 'api/limits', '--merged'])).stdout).toBe(
    '<<<<<<< coder-1\nTwenty.\n=======\nThirty.\n>>>>>>> mary\n',
  );
  expect((await run(['memory', 'settle', 'api/limits', '--text', '-'], 'Twenty-five.')).code).toBe(0);
  expect((await run(['context', 'settle', 'mary', 'at', '--take', 'other'])).stdout).toBe(
    'at of mary is settled.\n',
  );
  expect((await run(['context', 'settle', 'mary', 'at', '--take', 'other'])).code).toBe(3);
  expect((await memory.get(note.note_id)).text).toBe('Twenty-five.\n');
  expect((await memory.getUnifiedContext()).agents).toEqual({ mary: { x: 1, at: { a: 1, b: 2 } } });
  expect((await run(['list', '--inbox'])).stdout).toBe('Nothing waits for you.\n');
}, 180_000);

describe.skipIf(process.platform === 'win32')('the examples for a shell', () => {
  it('record what came of each task of a dispatcher', async () => {
    const { shell, run } = createWorkspace();
    const child = shell('bash', [path.join(examples, 'dispatch.sh')]);
    child.stdin?.end('build: echo built\n\nnot a task\ncheck: echo no >&2; exit 3\n');
    expect((await once(child, 'close'))[0]).toBe(1);
    const notes = JSON.parse((await run(['memory', 'list', '--domain', 'results', '--json'])).stdout);
    expect(notes).toMatchObject([
      { title: 'check: failed', agent_id: 'dispatcher', tags: ['failed'] },
      { title: 'build: completed', agent_id: 'dispatcher', tags: ['completed'] },
    ]);
    expect((await run(['memory', 'get', 'results/check-failed'])).stdout).toContain('no\nexit code 3\n');
    expect(JSON.parse((await run(['context', 'get', 'dispatcher'])).stdout)).toMatchObject({
      status: 'idle',
      last_result: { task: 'check', status: 'failed', note: 'results/check-failed' },
    });
  }, 180_000);

  it('record what came of each proposal that a consumer tried', async () => {
    const { root, shell, run } = createWorkspace();
    fs.writeFileSync(path.join(root, 'try.sh'), 'grep -q parser && echo faster\n');
    await run(['memory', 'write', 'proposals/start', 'Load the parser later.']);
    const child = shell('bash', [path.join(examples, 'research.sh'), 'sh', path.join(root, 'try.sh')]);
    await run(['memory', 'write', 'proposals/colours', 'Use more of them.']);
    const list = async () =>
      JSON.parse((await run(['memory', 'list', '--domain', 'outcomes', '--json'])).stdout);
    await expect.poll(list, { timeout: 120_000 }).toMatchObject([
      { title: 'colours: rejected', tags: ['rejected'], agent_id: 'researcher' },
      { title: 'start: worthwhile', tags: ['worthwhile'] },
    ]);
    expect((await run(['memory', 'get', 'outcomes/start'])).stdout).toContain('faster');
    child.kill('SIGINT');
    await once(child, 'close');
  }, 180_000);
});
