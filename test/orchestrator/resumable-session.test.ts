import { describe, expect, test } from 'vitest';
import { resumableSession } from '../../src/orchestrator/resumable-session.ts';
import type { AgentState } from '../../src/state/agent.ts';

describe('the session that a new process goes on with', () => {
  const agent: AgentState = {
    agent_id: 'coder-1',
    agent_name: 'opencode',
    status: 'lost',
    since: '',
    last_seen_at: '',
    session_id: 'ses_1',
    tokens_used: 0,
    cost_usd: 0.5,
    run_by: 'orchestrator',
    heard_at: '2026-11-21T10:00:00.000Z',
    cause_id: '',
  };

  test.for([
    ['lost', {}, { sessionId: 'ses_1', costUsd: 0.5 }],
    ['completed', {}, { sessionId: 'ses_1', costUsd: 0.5 }],
    ['stopped', {}, { sessionId: 'ses_1', costUsd: 0.5 }],
    ['failed', { exit_code: 1 }, { sessionId: 'ses_1', costUsd: 0.5 }],
    ['failed', { signal: 'SIGKILL' }, { sessionId: 'ses_1', costUsd: 0.5 }],
    ['failed', { error_message: 'The context is too long' }, undefined],
    ['lost', { agent_name: 'another' }, undefined],
  ] as const)('of one that is %s, %j', ([status, more, session]) => {
    expect(resumableSession({ ...agent, status, ...more }, 'opencode')).toEqual(session);
  });

  test('of none there is none', () => expect(resumableSession(undefined, 'opencode')).toBeUndefined());
});
