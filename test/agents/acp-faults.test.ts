import path from 'node:path';
import { expect, test } from 'vitest';
import { startAcpAgent } from '../../src/agents/acp.ts';
import { identifyProcess, isAlive } from '../../src/agents/process-tree.ts';
import { draw, launchOdd, makeWorkspace, never, recordHandlers, start } from './harness.ts';

const begin = (oddity: string) => startAcpAgent(launchOdd(oddity), recordHandlers(), never());

test('a command that does not exist is named', async () => {
  const launch = { ...launchOdd('silent'), command: ['no-such-agent', '--acp'] as const };
  await expect(startAcpAgent(launch, recordHandlers(), never())).rejects.toMatchObject({
    code: 'agent_not_startable',
    message: 'Cannot start no-such-agent: there is no such command.',
  });
});

test('a folder that does not exist is named, and not taken for a missing command', async () => {
  const cwd = path.join(makeWorkspace(), 'gone');
  await expect(startAcpAgent(launchOdd('silent', cwd), recordHandlers(), never())).rejects.toMatchObject({
    code: 'agent_not_startable',
    message: expect.stringContaining(`the folder ${cwd} does not exist`),
  });
});

test.for([
  ['ends-at-once', 'agent_not_startable', 'odd ended with exit code 3: error: no licence found'],
  ['garbage', 'agent_protocol', '“garbage 1”'],
  ['newer-protocol', 'agent_protocol', 'odd speaks version 7 of the Agent Client Protocol'],
  ['not-signed-in', 'agent_not_signed_in', 'sign in there (Log in with a browser)'],
] as const)('an agent that does not start: %s', async ([oddity, code, message]) => {
  await expect(begin(oddity)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
});

test('an agent that never answers is given up', async () => {
  const starting = startAcpAgent(launchOdd('silent'), recordHandlers(), AbortSignal.timeout(300));
  const message = expect.stringContaining('did not open a session within');
  await expect(starting).rejects.toMatchObject({ code: 'agent_timeout', message });
});

test('of an agent that is given up, what it printed beside the protocol is told', async () => {
  const handlers = recordHandlers();
  const late = new AbortController();
  const starting = startAcpAgent(launchOdd('garbage-and-silence'), handlers, late.signal);
  void handlers
    .seen(({ type }) => type === 'agent.output')
    .then(() => late.abort(new DOMException('The start took too long.', 'TimeoutError')));
  const message = expect.stringContaining('“usage: prog [options]”');
  await expect(starting).rejects.toMatchObject({ code: 'agent_protocol', message });
});

test('a start that takes longer than the signal of its caller allows is a timeout too', async () => {
  const starting = startAcpAgent(launchOdd('silent'), recordHandlers(), AbortSignal.timeout(300));
  await expect(starting).rejects.toMatchObject({ code: 'agent_timeout' });
});

test('a start that is aborted is rejected with the reason', async () => {
  const reason = new Error('changed my mind');
  const starting = startAcpAgent(launchOdd('silent'), recordHandlers(), AbortSignal.abort(reason));
  await expect(starting).rejects.toBe(reason);
});

test('the process is announced as soon as it exists, so that who waits for its session can end it', async () => {
  const reason = new Error('changed my mind');
  const cancel = new AbortController();
  const handlers = recordHandlers({ processStarted: () => cancel.abort(reason) });
  await expect(startAcpAgent(launchOdd('silent'), handlers, cancel.signal)).rejects.toBe(reason);
  expect(handlers.processes.map(isAlive)).toEqual([false]);
});

test('a greeting beside the protocol is forgiven, and shown', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('chatty'), handlers);
  expect(await session.prompt('Go', never())).toEqual({ outcome: 'completed', text: '' });
  expect(handlers.of('agent.output')).toEqual([{ stream: 'stderr', text: 'Welcome to the agent!\n' }]);
});

test('an update that comes before its session is known is not lost', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('early-update'), handlers);
  await session.prompt('Go', never());
  expect(handlers.of('agent.output')).toEqual([{ stream: 'message', text: 'before the session was known' }]);
});

test('updates that are unknown, malformed or of another session do no harm, and what was not understood is said', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('unknown-updates'), handlers);
  expect(await session.prompt('Go', never())).toEqual({ outcome: 'completed', text: 'still here' });
  expect(handlers.reports).toMatchObject([
    { type: 'agent.output' },
    {
      type: 'agent.progress',
      data: {
        stage: 'notice',
        description: 'Sent updates that Lineclear does not know: hologram (1), malformed tool_call (1)',
      },
    },
  ]);
});

test('a flood of 20 MB of output becomes few reports of bounded size, and what was left out is counted', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('flood'), handlers);
  const { text } = await session.prompt('Go', never());
  const outputs = handlers.of('agent.output');
  expect(outputs.length).toBeLessThan(100);
  expect(Math.max(...outputs.map((output) => output.text.length))).toBeLessThanOrEqual(4_096);
  expect(outputs.some((output) => output.text.includes('\u001b'))).toBe(false);
  const sent = 20_000 * 1_010;
  const truncated = outputs.reduce((sum, output) => sum + (output.truncated ?? 0), 0);
  expect(truncated).toBe(sent - 262_144);
  expect(text.length).toBeLessThanOrEqual(1_048_576);
});

test('an agent that runs wild with tool calls does not fill the log', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('tool-flood'), handlers);
  await session.prompt('Go', never());
  const steps = handlers.of('agent.progress');
  expect(steps).toHaveLength(2_000);
  expect(steps.at(-1)?.description).toContain('further steps are not shown');
});

test('a line without an end is cut off before it fills the memory', async () => {
  const session = await start(launchOdd('huge-line'));
  await expect(session.prompt('Go', never())).rejects.toMatchObject({
    code: 'agent_protocol',
    message: expect.stringContaining('more than 32 MiB'),
  });
});

test('an agent that closes its output but goes on running is ended', async () => {
  const session = await start(launchOdd('closes-output'));
  await expect(session.prompt('Go', never())).rejects.toMatchObject({ code: 'agent_protocol' });
  await session.ended;
  expect(isAlive(session.process)).toBe(false);
});

test('an error reply keeps the words of the agent', async () => {
  const session = await start(launchOdd('bare-error'));
  await expect(session.prompt('Go', never())).rejects.toMatchObject({
    code: 'agent_failed',
    message: 'odd: Internal error: The model is gone',
  });
  // Its process is well: the next prompt is answered.
  await expect(session.prompt('Go', never())).rejects.toMatchObject({ code: 'agent_failed' });
});

test('a rate limit is reported as one, with the words of the agent', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('rate-limited'), handlers);
  const message = 'Rate limit exceeded: Resets at 14:00. Try again later.';
  await expect(session.prompt('Go', never())).rejects.toMatchObject({ message: `odd: ${message}` });
  expect(handlers.of('provider.rate_limited')).toMatchObject([{ error_code: '429', error_message: message }]);
});

test('an answer that is nothing but a notice of a limit is told as one, with the time in it', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('limit-notice'), handlers);
  const error: unknown = await session.prompt('Go', never()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'rate_limited', retryAt: expect.stringContaining('T15:00:00.000Z') });
  expect(handlers.of('provider.rate_limited')).toMatchObject([
    { provider: 'odd', retry_at: expect.stringContaining('T15:00:00.000Z') },
  ]);
});

test.for([
  ['allow', 'ProceedOnce'],
  ['deny', 'Nope'],
] as const)(
  'an option is chosen by its kind, the call is announced, the change is shown: %s',
  async ([decision, id]) => {
    const previews: unknown[] = [];
    const handlers = recordHandlers({
      decidePermission({ preview, file_paths }) {
        previews.push([preview, file_paths]);
        return Promise.resolve(decision);
      },
    });
    const session = await start(launchOdd('asks-unannounced'), handlers);
    const { text } = await session.prompt('Go', never());
    expect(JSON.parse(text)).toEqual({ outcome: { outcome: 'selected', optionId: id } });
    expect(previews).toEqual([['notes.txt (new file)\n+one\n+two', ['notes.txt']]]);
    expect(draw(handlers.reports)[0]).toBe('Write notes.txt: pending');
  },
);

test('an agent that does not obey is ended with all its children, and the turn is cancelled', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('stubborn'), handlers, { cancelMs: 100, stopMs: 200 });
  const cancel = new AbortController();
  const turn = session.prompt('Go', cancel.signal);
  const { data } = await handlers.seen(({ type }) => type === 'agent.output');
  const child = identifyProcess(Number(/\d+/.exec(JSON.stringify(data))?.[0]));
  expect(isAlive(child)).toBe(true);
  cancel.abort();
  expect(await turn).toMatchObject({ outcome: 'cancelled' });
  expect(await session.ended).toMatchObject({ signal: 'SIGKILL' });
  await session.stop();
  // A signal would still find it for as long as nobody has collected its exit code.
  expect(isAlive(child)).toBe(false);
});

test('an agent that answers a cancellation with an error has obeyed', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('obeys-with-error'), handlers);
  const cancel = new AbortController();
  const turn = session.prompt('Go', cancel.signal);
  await handlers.seen(({ type }) => type === 'agent.output');
  cancel.abort();
  expect(await turn).toEqual({ outcome: 'cancelled', text: 'working' });
  expect(isAlive(session.process)).toBe(true);
});

test('an agent that answers and ends has answered', async () => {
  const session = await start(launchOdd('answers-and-ends'));
  expect(await session.prompt('Go', never())).toEqual({ outcome: 'completed', text: 'the last words' });
  expect(await session.ended).toMatchObject({ exitCode: 0 });
});

test('one prompt at a time', async () => {
  const handlers = recordHandlers();
  const session = await start(launchOdd('obeys-with-error'), handlers);
  const cancel = new AbortController();
  const turn = session.prompt('Go', cancel.signal);
  await expect(session.prompt('Go', never())).rejects.toThrow('one prompt at a time');
  cancel.abort();
  await turn;
});
