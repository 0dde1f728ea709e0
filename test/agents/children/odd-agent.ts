// node odd-agent.ts ODDITY
// Agents as they should not be: each does one odd thing. Speaks bare JSON lines, because a library would not let it.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
}

type Oddity = (message: Message) => void;

const send = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const reply = ({ id }: Message, result: unknown) => send({ id, result });
const refuse = ({ id }: Message, code: number, message: string, data?: unknown) =>
  send({ id, error: { code, message, data } });
const update = (fields: object) =>
  send({ method: 'session/update', params: { sessionId: 'odd-session', update: fields } });
const say = (text: string) =>
  update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const done = (message: Message) => reply(message, { stopReason: 'end_turn' });

/** What a plain agent answers; an oddity replaces one of these. */
const plain: Readonly<Record<string, Oddity>> = {
  initialize: (message) =>
    reply(message, { protocolVersion: 1, authMethods: [{ id: 'web', name: 'Log in with a browser' }] }),
  'session/new': (message) => reply(message, { sessionId: 'odd-session' }),
  'session/prompt': done,
};

const idleChild = () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => undefined, 600_000)'], { stdio: 'inherit' });
  return child.pid;
};

function answerAndCharge(message: Message): void {
  say('new');
  update({ sessionUpdate: 'usage_update', used: 600, size: 1_000, cost: { amount: 6, currency: 'USD' } });
  done(message);
}

let ask = 100;
let waiting: Message | undefined;

const oddities: Readonly<Record<string, Readonly<Record<string, Oddity>>>> = {
  silent: { initialize: () => undefined },
  chatty: {
    initialize(message) {
      process.stdout.write('Welcome to the agent!\n');
      plain['initialize']?.(message);
    },
  },
  garbage: {
    initialize() {
      for (let line = 1; line <= 50; line += 1) process.stdout.write(`garbage ${line}\n`);
    },
  },
  'garbage-and-silence': { initialize: () => process.stdout.write('usage: prog [options]\n') },
  'ends-at-once': {
    initialize() {
      process.stderr.write('error: no licence found\n');
      process.exit(3);
    },
  },
  'newer-protocol': { initialize: (message) => reply(message, { protocolVersion: 7 }) },
  'not-signed-in': { 'session/new': (message) => refuse(message, -32_000, 'Authentication required') },
  'rate-limited': {
    'session/prompt': (message) =>
      refuse(message, 429, 'Rate limit exceeded', { details: 'Resets at 14:00. Try again later.' }),
  },
  'bare-error': {
    'session/prompt': (message) =>
      refuse(message, -32_603, 'Internal error', { details: 'The model is gone' }),
  },
  'early-update': {
    'session/new'(message) {
      say('before the session was known');
      plain['session/new']?.(message);
    },
  },
  'unknown-updates': {
    'session/prompt'(message) {
      update({ sessionUpdate: 'hologram', shape: 'cube' });
      update({ sessionUpdate: 'tool_call', nonsense: true });
      send({ method: 'session/new_thing', params: {} });
      send({ method: 'session/update', params: { sessionId: 'another', update: { sessionUpdate: 'plan' } } });
      say('still here');
      done(message);
    },
  },
  // It tells its whole past when it goes on with it, as the protocol wants.
  loads: {
    initialize: (message) => reply(message, { protocolVersion: 1, agentCapabilities: { loadSession: true } }),
    'session/load'(message) {
      say('said long ago');
      update({ sessionUpdate: 'tool_call', toolCallId: 'old', title: 'Done long ago', status: 'completed' });
      update({ sessionUpdate: 'usage_update', used: 500, size: 1_000, cost: { amount: 5, currency: 'USD' } });
      reply(message, {});
    },
    'session/prompt': answerAndCharge,
  },
  resumes: {
    initialize: (message) =>
      reply(message, {
        protocolVersion: 1,
        agentCapabilities: { loadSession: true, sessionCapabilities: { resume: {} } },
      }),
    'session/load': (message) => refuse(message, -32_603, 'Internal error', 'loading is not resuming'),
    'session/resume': (message) => reply(message, {}),
  },
  forgets: {
    initialize: (message) => reply(message, { protocolVersion: 1, agentCapabilities: { loadSession: true } }),
    'session/load'(message) {
      say('half of the past');
      refuse(message, -32_002, 'Resource not found', 'odd-session');
    },
    'session/new': (message) => reply(message, { sessionId: 'another-session' }),
  },
  flood: {
    'session/prompt'(message) {
      const text = `\u001b[31m${'x'.repeat(1_000)}\u001b[0m\n`;
      for (let chunk = 0; chunk < 20_000; chunk += 1) say(text);
      done(message);
    },
  },
  'tool-flood': {
    'session/prompt'(message) {
      for (let call = 0; call < 5_000; call += 1)
        update({ sessionUpdate: 'tool_call', toolCallId: `${call}`, title: 'again' });
      done(message);
    },
  },
  // As Claude Code does: the turn ends well, and there is nothing else in it.
  'limit-notice': {
    'session/prompt'(message) {
      say("You've hit your limit · resets 3pm (UTC)");
      done(message);
    },
  },
  'huge-line': { 'session/prompt': () => process.stdout.write('x'.repeat(40 * 1024 * 1024)) },
  'closes-output': { 'session/prompt': () => process.stdout.end() },
  // It asks for a call that it never told about, as Gemini does, and calls its options by names of its own.
  'asks-unannounced': {
    'session/prompt'(message) {
      waiting = message;
      send({
        id: ask,
        method: 'session/request_permission',
        params: {
          sessionId: 'odd-session',
          toolCall: {
            toolCallId: 'w1',
            title: 'Write notes.txt',
            kind: 'edit',
            content: [{ type: 'diff', path: 'notes.txt', oldText: null, newText: 'one\ntwo\n' }],
          },
          options: [
            { optionId: 'always-and-ever', name: 'Always', kind: 'allow_always' },
            { optionId: 'ProceedOnce', name: 'Once', kind: 'allow_once' },
            { optionId: 'Nope', name: 'No', kind: 'reject_once' },
          ],
        },
      });
    },
    answer({ result }) {
      say(JSON.stringify(result));
      if (waiting) done(waiting);
    },
  },
  // It does not obey, and neither does its child.
  stubborn: {
    'session/prompt'() {
      process.on('SIGTERM', () => undefined);
      say(`child ${idleChild()}`);
    },
  },
  'obeys-with-error': {
    'session/prompt'(message) {
      waiting = message;
      say('working');
    },
    'session/cancel'() {
      if (waiting) refuse(waiting, -32_603, 'Aborted');
    },
  },
  'answers-and-ends': {
    'session/prompt'(message) {
      say('the last words');
      done(message);
      process.exitCode = 0;
      process.stdin.destroy();
    },
  },
  'dies-with-child': {
    'session/prompt'() {
      process.stderr.write(`child ${idleChild()}\n`, () => process.exit(9));
    },
  },
};

const own = oddities[process.argv[2] ?? ''];
if (!own) throw new Error(`no such oddity; there are ${Object.keys(oddities).join(', ')}`);

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = parse(line);
  const name = message.method ?? (message.id === ask ? 'answer' : '');
  (own[name] ?? plain[name])?.(message);
});

function parse(line: string): Message {
  const value: unknown = JSON.parse(line);
  return isMessage(value) ? value : {};
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && 'jsonrpc' in value;
}
