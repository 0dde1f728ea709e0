import { expect, test } from 'vitest';
import { geminiLaunch } from './gemini.ts';
import { ALLOWED_THEN_DENIED, WRITTEN, decisive, openWithAgent } from '../orchestrator/real-agent.ts';

async function openWithGemini() {
  const opened = await openWithAgent(geminiLaunch);
  void opened.serve();
  return opened;
}

test(
  'Gemini plans, asks before it writes, writes what it may and not what it may not, and reviews',
  { timeout: 180_000 },
  async () => {
    const { app, create, waits, until, task, story, read, left } = await openWithGemini();
    const id = await create('Write one.md and two.md');

    expect(await waits('plan')).toMatchObject({
      plan: { revision: 1, chunks: [{ files: ['one.md'] }, { files: ['two.md'] }] },
    });
    expect([read('one.md'), read('two.md')]).toEqual([undefined, undefined]);
    await app.execute({ command: 'approve_plan', task_id: id });

    expect(await waits('permission')).toMatchObject({
      permission: {
        title: 'Writing to one.md',
        kind: 'edit',
        file_paths: ['one.md'],
        preview: 'one.md (new file)\n+Written by a scripted model.\n+Twice.',
      },
    });
    expect(read('one.md')).toBeUndefined();
    await app.execute({ command: 'decide_permission', task_id: id, decision: 'allow' });

    expect(await waits('permission')).toMatchObject({ permission: { file_paths: ['two.md'] } });
    expect(read('one.md')).toBe(WRITTEN);
    await app.execute({ command: 'decide_permission', task_id: id, decision: 'deny' });

    await until((world) => world.tasks.get(id)?.phase === 'completed');
    expect(read('two.md')).toBeUndefined();
    expect(task(id)).toMatchObject({
      chunks: [
        { status: 'completed', attempt: 1, changed_files: ['one.md'] },
        {
          status: 'completed',
          attempt: 1,
          changed_files: [],
          summary: expect.stringContaining('not allowed'),
        },
      ],
      changed_files: ['one.md'],
      permissions: [],
      // 120 tokens for each of six answers of the model.
      tokens_used: 720,
      ignored: { count: 0 },
    });
    expect(decisive(await story(id))).toEqual(ALLOWED_THEN_DENIED);
    await until(
      (world) => world.agents.get(task(id).assigned.reviewer?.agent_id ?? '')?.status === 'completed',
    );
    expect(left()).toEqual([]);
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
