import { expect, test } from 'vitest';
import { launchOdd, never, recordHandlers, start } from './harness.ts';

const resume = async (oddity: string) => {
  const handlers = recordHandlers();
  const session = await start(
    { ...launchOdd(oddity), resume: { sessionId: 'odd-session', costUsd: 5 } },
    handlers,
  );
  return { handlers, session };
};

test('a session is loaded, and what it tells of its past is not told again, nor charged', async () => {
  const { handlers, session } = await resume('loads');
  expect(session).toMatchObject({ sessionId: 'odd-session', resumption: 'went on with its earlier session' });
  expect(await session.prompt('Go', never())).toEqual({ outcome: 'completed', text: 'new' });
  expect(handlers.reports).toMatchObject([
    { type: 'provider.called', data: { tokens_used: 100, cost_usd: 1 } },
    { type: 'agent.output', data: { text: 'new' } },
  ]);
});

test('where an agent can resume without telling its past, it is asked for that', async () => {
  const { session } = await resume('resumes');
  expect(session).toMatchObject({ sessionId: 'odd-session', resumption: 'went on with its earlier session' });
});

test('a session that is not there any more is begun anew, and that is said', async () => {
  const { handlers, session } = await resume('forgets');
  expect(session).toMatchObject({
    sessionId: 'another-session',
    resumption:
      'began anew, because its earlier session could not be resumed: odd: Resource not found: odd-session',
  });
  await session.prompt('Go', never());
  expect(handlers.reports).toEqual([]);
});

test('an agent that cannot resume begins anew without a word', async () => {
  const { session } = await resume('chatty');
  expect(session.resumption).toBeUndefined();
});
