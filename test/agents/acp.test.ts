import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { expect, test } from 'vitest';
import { startAcpAgent } from '../../src/agents/acp.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import {
  chunkPrompt,
  draw,
  launchOdd,
  launchScripted,
  makeWorkspace,
  never,
  planPrompt,
  recordHandlers,
  start,
} from './harness.ts';

const README = '# Sample\n\nWords.\n\n## Install\n\nRun it.\n\n## Licence\n\nMIT\n';
const TOC = 'Table of contents in README.md\nFiles: README.md\nLink to the headings.';

test('a turn: the answer as text, what was read as a tool call, what was used as a call of the provider', async () => {
  const handlers = recordHandlers();
  const session = await start(launchScripted(makeWorkspace({ 'README.md': README })), handlers);
  expect(session.sessionId).not.toBe('');
  expect(isAlive(session.process)).toBe(true);
  const { outcome, text } = await session.prompt(planPrompt('Keep the documentation up'), never());
  expect(outcome).toBe('completed');
  expect(text).toContain('# Keep the documentation up');
  expect(text).toMatch(/```json\n[\s\S]*"chunks"[\s\S]*```/);
  expect(draw(handlers.reports)).toEqual(['Read README.md: in_progress', 'Read README.md: completed']);
  const said = handlers.of('agent.output').filter(({ stream }) => stream === 'message');
  expect(said.map((output) => output.text).join('')).toContain('# Keep the documentation up');
  const [usage] = handlers.of('provider.called');
  expect(usage).toMatchObject({ provider: 'scripted', model: 'rules' });
  expect(usage?.tokens_used).toBeGreaterThan(0);
  expect(usage?.cost_usd).toBeGreaterThan(0);
});

test('a written file is reported with its lines, its size and its hash', async () => {
  const cwd = makeWorkspace({ 'README.md': README });
  const handlers = recordHandlers();
  const session = await start(launchScripted(cwd), handlers);
  const { text } = await session.prompt(chunkPrompt('Docs', TOC), never());
  expect(text).toBe('Chunk 1: edited README.md.');
  expect(fs.readFileSync(path.join(cwd, 'README.md'), 'utf8')).toContain('- [Install](#install)');
  expect(handlers.of('file.modified')).toEqual([
    {
      operation: 'modify',
      file_path: 'README.md',
      file_size: fs.statSync(path.join(cwd, 'README.md')).size,
      content_hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      lines_added: 5,
      lines_removed: 0,
      before_ref: expect.any(String),
      after_ref: expect.any(String),
    },
  ]);
  const [{ before_ref = '', after_ref = '' } = {}] = handlers.of('file.modified');
  expect(handlers.kept.get(before_ref)).toBe(README);
  expect(handlers.kept.get(after_ref)).toBe(fs.readFileSync(path.join(cwd, 'README.md'), 'utf8'));
});

test('a new file in a new folder is created', async () => {
  const cwd = makeWorkspace({ 'src/add.js': 'export function add(a, b) {\n  return a + b;\n}\n' });
  const handlers = recordHandlers();
  const session = await start(launchScripted(cwd), handlers);
  await session.prompt(
    chunkPrompt('Docs', 'Overview of the source files\nFiles: docs/overview.md\nOne line each.'),
    never(),
  );
  expect(handlers.of('file.created')).toMatchObject([{ operation: 'create', file_path: 'docs/overview.md' }]);
  expect(fs.readFileSync(path.join(cwd, 'docs/overview.md'), 'utf8')).toContain('`src/add.js`: Has add.');
});

test.for([
  { decision: 'allow', words: 'ended with exit code 0', status: 'completed' },
  { decision: 'deny', words: 'not allowed to run', status: 'failed' },
] as const)('a permission that a person decides: $decision', async ({ decision, words, status }) => {
  const cwd = makeWorkspace({ 'README.md': README });
  const command = `node -e "fs.writeFileSync('ran.txt', '')"`;
  const handlers = recordHandlers({ decidePermission: () => Promise.resolve(decision) });
  const session = await start(launchScripted(cwd), handlers);
  const { text } = await session.prompt(chunkPrompt(`Docs [permission: ${command}]`, TOC), never());
  expect(handlers.asked).toEqual([`may it: ${command}`]);
  expect(text).toContain(words);
  expect(text).toContain('edited README.md');
  expect(draw(handlers.reports).slice(0, 2)).toEqual([`${command}: pending`, `${command}: ${status}`]);
  expect(fs.existsSync(path.join(cwd, 'ran.txt'))).toBe(decision === 'allow');
});

test('a permission is asked with the command line and what kind of tool it is', async () => {
  const requests: unknown[] = [];
  const handlers = recordHandlers({
    decidePermission(request) {
      requests.push(request);
      return Promise.resolve('deny');
    },
  });
  const session = await start(launchScripted(makeWorkspace({ 'README.md': README })), handlers);
  await session.prompt(chunkPrompt('Docs [permission: npm test]', TOC), never());
  expect(requests).toEqual([
    { title: 'npm test', kind: 'execute', command: 'npm test', file_paths: [], preview: undefined },
  ]);
});

test('a form of the protocol is a question with its options', async () => {
  const options: unknown[] = [];
  const handlers = recordHandlers({
    answerQuestion(question) {
      options.push(question.options);
      return Promise.resolve('sqlite');
    },
  });
  const session = await start(launchScripted(makeWorkspace()), handlers);
  const { text } = await session.prompt(
    planPrompt('Docs [elicit: Which database?|sqlite|postgres]'),
    never(),
  );
  expect(handlers.asked).toEqual(['Which database?']);
  expect(options).toEqual([['sqlite', 'postgres']]);
  expect(text).toContain('Which database? sqlite');
});

test('a question that nobody answers does not stop the agent', async () => {
  const session = await start(launchScripted(makeWorkspace()), recordHandlers());
  const { text } = await session.prompt(planPrompt('Docs [elicit: Which database?]'), never());
  expect(text).toContain('Nobody answered');
});

test('a cancelled turn resolves as cancelled and stop ends every process, also those in another group', async () => {
  const handlers = recordHandlers();
  const session = await start(launchScripted(makeWorkspace()), handlers);
  const cancel = new AbortController();
  const turn = session.prompt(chunkPrompt('Docs [slow]', TOC), cancel.signal);
  const report = await handlers.seen(({ type }) => type === 'agent.output');
  const pids =
    JSON.stringify(report.data)
      .match(/\d{2,}/g)
      ?.map(Number) ?? [];
  expect(pids).toHaveLength(2);
  expect(pids.every(pidExists)).toBe(true);
  cancel.abort();
  expect(await turn).toMatchObject({ outcome: 'cancelled' });
  await session.stop();
  expect(pids.some(pidExists)).toBe(false);
  expect(isAlive(session.process)).toBe(false);
  expect(await session.ended).toMatchObject({ signal: 'SIGTERM' });
});

test('a waiting permission is withdrawn when the turn is cancelled', async () => {
  const asked = Promise.withResolvers<AbortSignal>();
  const handlers = recordHandlers({
    decidePermission(_, signal) {
      asked.resolve(signal);
      return new Promise(() => undefined);
    },
  });
  const session = await start(launchScripted(makeWorkspace()), handlers);
  const cancel = new AbortController();
  const turn = session.prompt(chunkPrompt('Docs [permission: npm test]', TOC), cancel.signal);
  const signal = await asked.promise;
  expect(signal.aborted).toBe(false);
  cancel.abort();
  expect(await turn).toMatchObject({ outcome: 'cancelled' });
  expect(signal.aborted).toBe(true);
});

test('a prompt that was cancelled before it began is not sent', async () => {
  const handlers = recordHandlers();
  const session = await start(launchScripted(makeWorkspace()), handlers);
  expect(await session.prompt(planPrompt('Docs'), AbortSignal.abort())).toEqual({
    outcome: 'cancelled',
    text: '',
  });
  expect(handlers.reports).toEqual([]);
});

test('an agent that crashes in a turn fails with its exit code and what it printed last', async () => {
  const handlers = recordHandlers();
  const session = await start(launchScripted(makeWorkspace()), handlers);
  await expect(session.prompt(chunkPrompt('Docs [crash]', TOC), never())).rejects.toMatchObject({
    code: 'agent_failed',
    message: expect.stringMatching(/^scripted ended with exit code 1: .*crashing as the task says/),
  });
  expect(draw(handlers.reports)).toEqual(['Edit README.md: pending', 'Edit README.md: failed']);
  expect(await session.ended).toMatchObject({ exitCode: 1 });
  await expect(session.prompt(planPrompt('Docs'), never())).rejects.toMatchObject({ code: 'agent_failed' });
});

test('an agent that prints garbage in a turn breaks the protocol, and is ended', async () => {
  const session = await start(launchScripted(makeWorkspace()));
  await expect(session.prompt(chunkPrompt('Docs [garbage]', TOC), never())).rejects.toMatchObject({
    code: 'agent_protocol',
    message: expect.stringContaining('“this is not a message (1)”'),
  });
  await session.ended;
  expect(isAlive(session.process)).toBe(false);
});

test('no agent is left when it ends by itself but its children do not', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('dies-with-child'), handlers);
  await expect(session.prompt('Go', never())).rejects.toMatchObject({
    code: 'agent_failed',
    message: expect.stringMatching(/^odd ended with exit code 9: child \d+$/),
  });
  const { stderr } = await session.ended;
  await session.stop();
  expect(pidExists(Number(/\d+/.exec(stderr)?.[0]))).toBe(false);
});

function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return fs.existsSync('/proc') ? !/^State:\s+Z/m.test(readStatus(pid)) : true;
}

function readStatus(pid: number): string {
  try {
    return fs.readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return 'State: Z';
  }
}

/** Of what is reachable, after a collection of garbage. */
const signals = (): number => v8.queryObjects(AbortSignal, { format: 'count' });

test('a start leaves nothing of its signals behind', async () => {
  const limit = AbortSignal.timeout(60_000);
  const given = () => AbortSignal.any([never(), limit]);
  const startAndStop = async () =>
    await (await startAcpAgent(launchScripted(makeWorkspace()), recordHandlers(), given())).stop();
  await startAndStop();
  const before = signals();
  await startAndStop();
  await expect.poll(signals).toBe(before);
});
