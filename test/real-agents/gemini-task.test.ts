import { expect, test } from 'vitest';
import { geminiLaunch } from './gemini.ts';
import { WRITTEN, allowThenDeny, nothingIsLeft, openWithAgent } from '../orchestrator/real-agent.ts';

async function openWithGemini() {
  const opened = await openWithAgent(geminiLaunch);
  void opened.serve();
  return opened;
}

test(
  'Gemini plans, asks before it writes, writes what it may and not what it may not, and reviews',
  { timeout: 180_000 },
  async () => {
    const opened = await openWithGemini();
    const id = await allowThenDeny(opened);
    expect(opened.task(id)).toMatchObject({
      chunks: [{}, { summary: expect.stringContaining('not allowed') }],
      // 120 tokens for each of six answers of the model.
      tokens_used: 720,
    });
    const requested = await Array.fromAsync(
      opened.app.events({ taskId: id, types: ['permission.requested'] }),
    );
    expect(requested.map(({ data }) => data)).toMatchObject([{ title: 'Writing to one.md' }, {}]);
    await nothingIsLeft(opened, id);
  },
);

test(
  'Gemini that is stopped while it waits for a permission is begun again by a retry',
  { timeout: 180_000 },
  async () => {
    const { app, create, waits, until, task, read, left } = await openWithGemini();
    const id = await create('Write one.md');
    await waits('plan');
    await app.execute({ command: 'approve_plan', task_id: id });
    const first = await waits('permission');
    await app.execute({ command: 'stop_agent', agent_id: first?.agent_id ?? '' });
    await waits('failure');
    expect(task(id)).toMatchObject({
      permissions: [],
      failure: { error_message: expect.stringContaining('stopped by anna') },
    });
    await until((world) => world.agents.get(first?.agent_id ?? '')?.status === 'stopped');
    expect(left()).toEqual([]);
    expect(read('one.md')).toBeUndefined();

    await app.execute({ command: 'retry_task', task_id: id });
    await until((world) => world.inbox.some((item) => item.kind === 'permission'));
    await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });
    await until((world) => world.tasks.get(id)?.phase === 'completed');
    expect(read('one.md')).toBe(WRITTEN);
    expect(task(id).chunks).toMatchObject([{ attempt: 2, status: 'completed' }]);
  },
);

test(
  'Gemini that meets a used up quota parks its task, and goes on when the person says so',
  { timeout: 120_000 },
  async () => {
    const { app, create, until, task, left } = await openWithGemini();
    const id = await create('Write one.md [quota]');
    const parkedAfter = async (earlier?: string) => {
      await until((world) => {
        const { failure, parked } = world.tasks.get(id) ?? {};
        if (failure) throw new Error(failure.error_message);
        return parked !== undefined && parked.since !== earlier;
      });
      return task(id).parked;
    };
    const first = await parkedAfter();
    expect(first).toMatchObject({
      kind: 'rate_limit',
      reason: expect.stringMatching(/^gemini: .*(?:rate limit|quota)/i),
    });
    expect(Date.parse(first?.until ?? '')).toBeGreaterThan(Date.now());
    await app.execute({ command: 'resume_task', task_id: id });
    await parkedAfter(first?.since);
    expect(task(id)).toMatchObject({ phase: 'planning', failed_tries: 0, limited_tries: 2 });
    await app.execute({ command: 'cancel_task', task_id: id });
    await until(() => left().length === 0);
  },
);
