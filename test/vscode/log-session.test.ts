import { expect, test } from 'vitest';
import type { App } from '../../src/app.ts';
import { LineclearError } from '../../src/contract/errors.ts';
import { LogSession } from '../../src/vscode/log-session.ts';
import { fakeApp } from './fake-app.ts';
import { created, worldOf } from './world-of.ts';

function sessionWith(openApp: () => Promise<App>) {
  const seen: string[] = [];
  const session = new LogSession({
    root: '/nowhere',
    openApp,
    overrides: () => ({}),
    hasLog: () => false,
    whyNoLog: () => undefined,
    onState: ({ kind }) => seen.push(kind),
    onChange: () => undefined,
    onConfig: () => undefined,
    onBroken: ({ code }) => seen.push(`broken: ${code}`),
  });
  return { session, seen };
}

test('opens the log once, however many ask for it', async () => {
  let opened = 0;
  const { session, seen } = sessionWith(async () => {
    opened += 1;
    return fakeApp(worldOf([created('Fix login')]));
  });
  expect(session.world.tasks.size).toBe(0);
  const [first, second] = await Promise.all([session.open(), session.open()]);
  expect([opened, first === second, session.world.tasks.size]).toEqual([1, true, 1]);
  expect(seen).toEqual(['opening', 'open']);
});

test('a log that cannot be opened is a state, with the error', async () => {
  const { session, seen } = sessionWith(async () => {
    throw new LineclearError('log_newer', 'The log has format 9.');
  });
  await expect(session.open()).rejects.toThrow('format 9');
  expect(session.state).toMatchObject({ kind: 'failed', error: { code: 'log_newer' } });
  expect(seen).toEqual(['opening', 'failed']);
});

test('a log that breaks while it is followed is closed and told', async () => {
  let breakIt: ((error: unknown) => void) | undefined;
  let closed = 0;
  const { session, seen } = sessionWith(async () => ({
    ...fakeApp(worldOf([])),
    follow: async (_listener, onError) => {
      breakIt = onError;
    },
    close: async () => {
      closed += 1;
    },
  }));
  await session.open();
  breakIt?.(new LineclearError('log_replaced', 'Another file is in its place.'));
  expect([closed, session.app]).toEqual([1, undefined]);
  expect(seen).toEqual(['opening', 'open', 'failed', 'broken: log_replaced']);
});

test('without a folder there is no log to open', async () => {
  const session = new LogSession({
    root: undefined,
    openApp: async () => fakeApp(worldOf([])),
    overrides: () => ({}),
    hasLog: () => false,
    whyNoLog: () => undefined,
    onState: () => undefined,
    onChange: () => undefined,
    onConfig: () => undefined,
    onBroken: () => undefined,
  });
  expect(session.state.kind).toBe('no-folder');
  await expect(session.open()).rejects.toMatchObject({ code: 'no_workspace' });
});
