import { expect, test } from 'vitest';
import { Notifier } from '../../src/vscode/notifier.ts';
import { statusOf } from '../../src/vscode/status.ts';
import type { LogState } from '../../src/vscode/log-session.ts';
import * as e from '../state/events.ts';
import { LineclearError } from '../../src/contract/errors.ts';
import {
  START,
  agent,
  approved,
  created,
  failed,
  permission,
  plan,
  question,
  sentBack,
  started,
  worldOf,
} from './world-of.ts';

function notifierOf({ isOn = true, isFocused = true } = {}) {
  const state = { isOn, isFocused, now: START, planInSight: '' };
  const shown: string[] = [];
  const notifier = new Notifier({
    isOn: () => state.isOn,
    isFocused: () => state.isFocused,
    isPlanInSight: (taskId) => taskId === state.planInSight,
    now: () => state.now,
    show: ({ severity, message, actions }) => {
      shown.push(`${severity}: ${message}${actions.map(({ title }) => ` [${title}]`).join('')}`);
    },
  });
  return { notifier, shown, state };
}

test('each matter is told once, with the action on it', () => {
  const { notifier, shown, state } = notifierOf();
  const world = worldOf([created('Fix login'), started()]);
  notifier.start(world);
  worldOf([plan(1)], world);
  notifier.worldChanged(world);
  notifier.worldChanged(world);
  for (const steps of [
    [question('q1')],
    [permission('p1', 'npm test')],
    [created('Write docs', 'docs'), failed('docs')],
  ]) {
    state.now += 10_000;
    worldOf(steps, world);
    notifier.worldChanged(world);
  }
  expect(shown).toEqual([
    'information: A plan waits for you: “Fix login”, rev 1, planner-1, 2 chunks, ~$0.40. [Open Plan] [Approve]',
    'information: “Fix login”: coder-1 asks: Which database should tests use? [Answer…]',
    'information: “Fix login”: coder-1 asks for permission: Run a command — npm test [Allow] [Deny]',
    'error: “Write docs” failed: gemini is not installed. Install it, then retry. [Retry] [Show Events]',
  ]);
});

test('a plan that is open in sight says by itself that it waits; others are told of', () => {
  const { notifier, shown, state } = notifierOf();
  const world = worldOf([created('Fix login'), started()]);
  notifier.start(world);
  state.planInSight = 'login';
  worldOf([plan(1)], world);
  notifier.worldChanged(world);
  // It was seen: nothing is told of it when it is closed.
  state.planInSight = '';
  state.now += 10_000;
  notifier.worldChanged(world);
  expect(shown).toEqual([]);
  worldOf([sentBack(1), plan(2)], world);
  notifier.worldChanged(world);
  expect(shown).toEqual([expect.stringContaining('A plan waits for you: “Fix login”, rev 2')]);
});

const raised = (severity: 'warning' | 'critical') =>
  e.logOf([
    e.step('alert.raised', { alert: 'agent_failures', severity, message: 'coder failed three times' }),
  ]);

test('a critical alert is told once, when somebody looks; a warning is not', () => {
  const { notifier, shown, state } = notifierOf();
  const world = worldOf([created('Fix login')]);
  notifier.start(world);
  state.isFocused = false;
  notifier.heard([...raised('warning'), ...raised('critical')]);
  notifier.worldChanged(world);
  expect(shown).toEqual([]);
  state.isFocused = true;
  notifier.worldChanged(world);
  notifier.worldChanged(world);
  expect(shown).toEqual(['error: coder failed three times. [Show Events]']);
});

test('what waits already when the window opens is not shouted', () => {
  const { notifier, shown } = notifierOf();
  const world = worldOf([created('Fix login'), started(), plan(1)]);
  notifier.start(world);
  notifier.worldChanged(world);
  expect(shown).toEqual([]);
});

test('a window that is not looked at waits, and tells only what still waits then', () => {
  const { notifier, shown, state } = notifierOf();
  const world = worldOf([created('Fix login'), started()]);
  notifier.start(world);
  state.isFocused = false;
  worldOf([plan(1), permission('p1', 'npm test')], world);
  notifier.worldChanged(world);
  worldOf([approved(1)], world);
  state.isFocused = true;
  notifier.worldChanged(world);
  expect(shown).toEqual([
    'information: “Fix login”: coder-1 asks for permission: Run a command — npm test [Allow] [Deny]',
  ]);
});

test('many at once are told as one', () => {
  const { notifier, shown } = notifierOf();
  const world = worldOf([created('Fix login')]);
  notifier.start(world);
  worldOf(
    ['1', '2', '3', '4'].map((id) => question(id)),
    world,
  );
  notifier.worldChanged(world);
  expect(shown).toEqual([
    `information: 4 things wait for you: ${'Which database should tests use?; '.repeat(3)}… [Show]`,
  ]);
});

test('one message at a time: what comes meanwhile is told together, what is settled meanwhile not at all', () => {
  const { notifier, shown, state } = notifierOf();
  const world = worldOf([created('Fix login'), started()]);
  notifier.start(world);
  for (const step of [plan(1), question('q1'), permission('p1', 'npm test'), approved(1)]) {
    worldOf([step], world);
    notifier.worldChanged(world);
  }
  state.now += 9_999;
  worldOf([created('Write docs', 'docs'), started('docs'), plan(1, 'docs'), approved(1, 'docs')], world);
  notifier.worldChanged(world);
  expect(shown).toEqual([expect.stringMatching(/A plan waits for you: “Fix login”/)]);
  state.now += 1;
  notifier.worldChanged(world);
  expect(shown.slice(1)).toEqual([
    'information: 2 things wait for you: Which database should tests use?; Permission: Run a command [Show]',
  ]);
  // A clock that was put back silences nobody.
  state.now = START;
  worldOf([created('Write tests', 'tests'), failed('tests')], world);
  notifier.worldChanged(world);
  expect(shown).toHaveLength(3);
});

test('the setting turns them off; what came meanwhile is not told later', () => {
  const { notifier, shown, state } = notifierOf({ isOn: false, isFocused: true });
  const world = worldOf([created('Fix login'), question('1')]);
  notifier.worldChanged(world);
  state.isOn = true;
  notifier.worldChanged(world);
  expect(shown).toEqual([]);
});

test('a permission that a notification cannot show whole is looked at before it is allowed', () => {
  const { notifier, shown } = notifierOf();
  const world = worldOf([created('Fix login')]);
  notifier.start(world);
  worldOf([permission('p1', `echo ${'harmless '.repeat(30)}; rm -rf ~`)], world);
  notifier.worldChanged(world);
  expect(shown[0]).toMatch(/… \[Look…\] \[Deny\]$/);
});

const none: LogState = { kind: 'none', root: '/nowhere' };

test('the status bar says how many run and wait, and nothing when there is nothing', () => {
  expect(statusOf(none, worldOf([created('Fix login')]))).toBeUndefined();
  const running = worldOf([created('Fix login'), agent('coder-2', 'agent.started', 'working')]);
  expect(statusOf(none, running)).toEqual({
    text: '$(pulse) 1 running',
    tooltip: '1 agent at work; nothing waits for you.',
    spoken: 'Lineclear: 1 agent running, 0 things waiting for you',
    severity: 'none',
    command: 'lineclear.agents.focus',
  });
  expect(statusOf(none, worldOf([question('q1'), question('q2')], running))).toEqual({
    text: '$(bell-dot) 1 running · 2 waiting',
    tooltip:
      '**Waiting for you**\n\n- Which database should tests use\\?\n- Which database should tests use\\?',
    spoken: 'Lineclear: 1 agent running, 2 things waiting for you',
    severity: 'warning',
    command: 'lineclear.settle',
  });
});

test('the status bar names an error of the log', () => {
  const error = new LineclearError('log_newer', 'The log has format 9.');
  const status = statusOf({ kind: 'failed', root: '/nowhere', error }, worldOf([]));
  expect(status).toMatchObject({ text: '$(error) Lineclear', severity: 'error' });
  expect(status?.tooltip).toMatch(/^The log has format 9/);
});
