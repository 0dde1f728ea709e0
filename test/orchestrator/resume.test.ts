import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resumableSession } from '../../src/orchestrator/resumable-session.ts';
import type { AgentState } from '../../src/state/agent.ts';
import { opencodeLaunch } from '../agents/opencode.ts';
import { WRITTEN, openWithAgent } from './real-agent.ts';

const serveInChild = (root: string): ChildProcess =>
  spawn(process.execPath, [path.join(import.meta.dirname, 'children', 'serve.ts'), root], {
    stdio: 'ignore',
  });

test(
  'after the orchestrator was killed, opencode goes on with the session in which it was coding',
  { timeout: 240_000 },
  async () => {
    const opened = await openWithAgent(opencodeLaunch);
    const { app, root, serve, create, waits, until, task, read, left } = opened;
    const first = serveInChild(root);
    const died = once(first, 'exit');
    const id = await create('Write one.md');
    await waits('plan');
    await app.execute({ command: 'approve_plan', task_id: id });
    const asked = await waits('permission');
    first.kill('SIGKILL');
    await died;

    void serve();
    await until((world) => world.tasks.get(id)?.chunks[0]?.attempt === 2);
    await until((world) =>
      world.inbox.some((item) => item.kind === 'permission' && item.since > (asked?.since ?? '')),
    );
    await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });
    await until((world) => ['completed', 'failed'].includes(world.tasks.get(id)?.phase ?? ''));
    expect([task(id).phase, read('one.md')]).toEqual(['completed', WRITTEN]);
    const events = await Array.fromAsync(app.events({ taskId: id }));
    const started = events.flatMap((event) =>
      event.type === 'agent.started' && event.data.role === 'coder' ? event.data : [],
    );
    expect(started).toHaveLength(2);
    expect(started[1]).toMatchObject({
      session_id: started[0]?.session_id,
      reason: 'went on with its earlier session',
    });
    const reviewer = task(id).assigned.reviewer?.agent_id ?? '';
    await until((world) => world.agents.get(reviewer)?.status === 'completed');
    expect(left()).toEqual([]);
  },
);

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
