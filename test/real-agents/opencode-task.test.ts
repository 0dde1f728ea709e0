import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { opencodeLaunch } from './opencode.ts';
import { WRITTEN, allowThenDeny, nothingIsLeft, openWithAgent } from '../orchestrator/real-agent.ts';

const serveInChild = (root: string): ChildProcess =>
  spawn(process.execPath, [path.join(import.meta.dirname, '../orchestrator/children/serve.ts'), root], {
    stdio: 'ignore',
  });

test(
  'opencode plans, asks before it writes, writes what it may and not what it may not, and reviews',
  { timeout: 240_000 },
  async () => {
    const opened = await openWithAgent(opencodeLaunch);
    void opened.serve();
    const id = await allowThenDeny(opened);
    // Five answers of its model, as told in `usage_update`, for the whole session.
    expect(opened.task(id).cost_usd).toBeCloseTo(0.0007, 8);
    await nothingIsLeft(opened, id);
  },
);

test(
  'after the orchestrator was killed, opencode goes on with the session in which it was coding',
  { timeout: 240_000 },
  async () => {
    const opened = await openWithAgent(opencodeLaunch);
    const { app, root, serve, create, waits, until, task, read } = opened;
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
    await nothingIsLeft(opened, id);
  },
);
