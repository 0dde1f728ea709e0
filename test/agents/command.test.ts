import { expect, onTestFinished, test } from 'vitest';
import type { AgentLaunch, PlainCommand } from '../../src/agents/agent.ts';
import { commandStarter } from '../../src/agents/command.ts';
import { listProcesses } from '../../src/agents/process-list.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import { makeWorkspace, never, recordHandlers } from './harness.ts';

/** A session with a program that is this script. */
async function begin(script: string, plain: Partial<PlainCommand> = {}, args: string[] = []) {
  const handlers = recordHandlers();
  const cwd = makeWorkspace({ 'README.md': '# Sample\n' });
  const launch: AgentLaunch = {
    name: 'plain',
    command: [process.execPath, '-e', script, ...args],
    env: { FRUIT: 'apple' },
    cwd,
    plain: { input: 'stdin', output: 'text', ...plain },
  };
  const session = await commandStarter({ stopMs: 300 })(launch, handlers, never());
  onTestFinished(() => session.stop());
  return { session, handlers, cwd };
}

const lines = (...values: unknown[]) =>
  values.map((value) => `console.log(${JSON.stringify(JSON.stringify(value))});`).join('\n');

test('the prompt comes on standard input, in the folder, with the environment; each prompt is a process', async () => {
  const script = `process.stdin.on('data', (text) => console.log(process.cwd(), process.env.FRUIT, String(text)))`;
  const { session, handlers, cwd } = await begin(script);
  expect(await session.prompt('Hello', never())).toEqual({
    outcome: 'completed',
    text: `${cwd} apple Hello\n`,
  });
  expect((await session.prompt('Again', never())).text).toContain('Again');
  expect(handlers.of('agent.output')[0]).toEqual({ stream: 'message', text: `${cwd} apple Hello\n` });
  expect(new Set(handlers.processes.map(({ pid }) => pid)).size).toBe(2);
  expect(handlers.processes.map(isAlive)).toEqual([false, false]);
});

test.for([
  [
    ['--message', '{prompt}', '--yes'],
    ['--message', 'It costs $& "5"', '--yes'],
  ],
  [['--message'], ['--message', 'It costs $& "5"']],
] as const)('the prompt is an argument, as it is: %j', async ([args, got]) => {
  const script = `console.log(JSON.stringify(process.argv.slice(1)))`;
  const { session } = await begin(script, { input: 'argument' }, ['--', ...args]);
  const { text } = await session.prompt('It costs $& "5"', never());
  expect(JSON.parse(text)).toEqual(got);
});

test('a prompt that is too long for an argument says what to do', async () => {
  const { session } = await begin('', { input: 'argument' });
  await expect(session.prompt('x'.repeat(3_000_000), never())).rejects.toMatchObject({
    code: 'agent_not_startable',
    message: expect.stringContaining('input = "stdin"'),
  });
});

test('one JSON value: the answer is found, and what it used', async () => {
  const value = {
    type: 'result',
    result: 'Done.',
    total_cost_usd: 0.05,
    usage: { input_tokens: 10, output_tokens: 2 },
  };
  const { session, handlers } = await begin(lines(value), { output: 'json' });
  expect(await session.prompt('Go', never())).toEqual({ outcome: 'completed', text: 'Done.' });
  await session.prompt('Go', never());
  const used = { provider: 'plain', model: 'unknown', input_tokens: 10, output_tokens: 2, cost_usd: 0.05 };
  expect(handlers.of('provider.called')).toMatchObject([used, used]);
});

test('one JSON value: the answer is where the configuration says', async () => {
  const value = { choices: [{ message: { content: 'Here.' } }], text: 'not this' };
  const { session } = await begin(lines(value), { output: 'json', text: 'choices.0.message.content' });
  expect((await session.prompt('Go', never())).text).toBe('Here.');
});

test.for([
  [`console.log('Usage: agent')`, undefined, 'It printed “Usage: agent”, which is not JSON.'],
  [lines({ other: 1 }), undefined, 'It printed JSON without a text.'],
  [lines({ result: 'x' }), 'a.b', 'It printed JSON without a text at a.b.'],
] as const)('JSON that cannot be used is named: %s', async ([script, text, message]) => {
  const { session } = await begin(script, { output: 'json', text });
  await expect(session.prompt('Go', never())).rejects.toMatchObject({ code: 'agent_protocol', message });
});

test('JSON lines tell text, steps, files and usage; what is unknown leaves a trace and does no harm', async () => {
  const script = `
    require('fs').writeFileSync('new.md', 'new');
    console.log('not JSON');
    ${lines(
      { type: 'progress', description: 'Looking', progress: 0.25 },
      { type: 'text', text: 'One ' },
      { type: 'text', text: 'two.' },
      { type: 'hologram' },
      { type: 'hologram' },
      { type: 'file', path: 'new.md', operation: 'create' },
      { type: 'text', text: 'Three.' },
      { type: 'usage', input_tokens: 5, output_tokens: 1, model: 'acme/large', cost_usd: 0.01 },
    )}`;
  const { session, handlers } = await begin(script, { output: 'jsonl' });
  expect((await session.prompt('Go', never())).text).toBe('One two.Three.');
  expect(handlers.of('file.created')).toMatchObject([{ file_path: 'new.md', file_size: 3 }]);
  expect(handlers.of('agent.progress')).toMatchObject([
    { progress: 0.25, description: 'Looking' },
    { stage: 'notice', description: 'Sent updates that Lineclear does not know: hologram (2)' },
  ]);
  expect(handlers.of('agent.output')).toContainEqual({ stream: 'stderr', text: 'not JSON\n' });
  expect(handlers.of('provider.called')).toMatchObject([
    { provider: 'acme', model: 'large', tokens_used: 6, cost_usd: 0.01 },
  ]);
});

test('JSON lines of other programs: the text where the configuration says, and the result at the end', async () => {
  const events = [{ item: { text: 'First.' } }, { item: { text: 'Second.' } }, { turn: 'over' }];
  const configured = await begin(lines(...events), { output: 'jsonl', text: 'item.text' });
  expect((await configured.session.prompt('Go', never())).text).toBe('First.\n\nSecond.');
  const result = { type: 'result', result: 'The end.' };
  const plain = await begin(lines({ type: 'text', text: 'Thinking' }, result), { output: 'jsonl' });
  expect((await plain.session.prompt('Go', never())).text).toBe('The end.');
});

test('an exit code other than 0 is a failed turn, with what was printed last', async () => {
  const { session } = await begin(`console.error('no licence found'); process.exit(3)`);
  await expect(session.prompt('Go', never())).rejects.toMatchObject({
    code: 'agent_failed',
    message: 'plain ended with exit code 3: no licence found',
  });
  const told = await begin(lines({ type: 'error', message: 'No model.' }), { output: 'jsonl' });
  await expect(told.session.prompt('Go', never())).rejects.toMatchObject({ message: 'No model.' });
});

test('a program that does not exist is named', async () => {
  const launch = { name: 'gone', command: ['no-such-program'] as const, env: {}, cwd: makeWorkspace() };
  const session = await commandStarter({})(
    { ...launch, plain: { input: 'stdin', output: 'text' } },
    recordHandlers(),
    never(),
  );
  await expect(session.prompt('Go', never())).rejects.toMatchObject({
    code: 'agent_not_startable',
    message: 'Cannot start no-such-program: there is no such command.',
  });
});

/** Neither it nor its child, in a group of its own, ends when it is asked to. */
const STUBBORN = `
  process.on('SIGTERM', () => undefined);
  const child = require('child_process').spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => 0); setInterval(() => 0, 1e6); console.log(process.pid)'], { detached: true, stdio: 'inherit' });
  setInterval(() => undefined, 1e6);
`;

test.for(['cancelled', 'stopped'] as const)('%s, it leaves no process behind', async (how) => {
  const { session, handlers } = await begin(STUBBORN);
  const cancel = new AbortController();
  const turn = session.prompt('Go', cancel.signal);
  const { data } = await handlers.seen(({ type }) => type === 'agent.output');
  const child = Number(/\d+/.exec(JSON.stringify(data))?.[0]);
  if (how === 'cancelled') cancel.abort();
  else await session.stop();
  expect(await turn).toMatchObject({ outcome: 'cancelled' });
  const pids = [child, ...handlers.processes.map(({ pid }) => pid)];
  expect(listProcesses().filter(({ pid }) => pids.includes(pid))).toEqual([]);
});

test('what it leaves running when it ends is ended, and does not keep the turn open', async () => {
  const script = `const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1e6)'], { detached: true, stdio: 'inherit' }); child.unref(); console.log(child.pid)`;
  const { session } = await begin(script);
  const { text } = await session.prompt('Go', never());
  expect(listProcesses().some(({ pid }) => pid === Number(text))).toBe(false);
});

test('a flood of output becomes few reports of bounded size, and the end of the answer is kept', async () => {
  const script = `
    const line = 'x'.repeat(999) + '\\n';
    let left = 20_000;
    const write = () => { while (left-- > 0) if (!process.stdout.write(line)) return process.stdout.once('drain', write); process.stdout.write('The end.'); };
    write();`;
  const { session, handlers } = await begin(script);
  const { text } = await session.prompt('Go', never());
  expect(text.length).toBeLessThanOrEqual(1_048_576);
  expect(text.endsWith('The end.')).toBe(true);
  const outputs = handlers.of('agent.output');
  expect(outputs.length).toBeLessThan(100);
  expect(outputs.reduce((sum, { truncated = 0 }) => sum + truncated, 0)).toBe(20_000_008 - 262_144);
});

test('one prompt at a time, and none after it was cancelled', async () => {
  const { session } = await begin('setInterval(() => 0, 1e6)');
  const cancel = new AbortController();
  const turn = session.prompt('Go', cancel.signal);
  await expect(session.prompt('Go', never())).rejects.toThrow('one prompt at a time');
  cancel.abort();
  await turn;
  expect(await session.prompt('Go', AbortSignal.abort())).toEqual({ outcome: 'cancelled', text: '' });
});
