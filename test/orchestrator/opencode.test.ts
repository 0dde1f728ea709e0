import { expect, test } from 'vitest';
import { opencodeLaunch } from '../agents/opencode.ts';
import { ALLOWED_THEN_DENIED, WRITTEN, decisive, openWithAgent } from './real-agent.ts';

test(
  'opencode plans, asks before it writes, writes what it may and not what it may not, and reviews',
  { timeout: 240_000 },
  async () => {
    const opened = await openWithAgent(opencodeLaunch);
    const { app, serve, create, waits, until, task, story, read, left } = opened;
    void serve();
    const id = await create('Write one.md and two.md');

    expect(await waits('plan')).toMatchObject({
      plan: { revision: 1, chunks: [{ files: ['one.md'] }, { files: ['two.md'] }] },
    });
    await app.execute({ command: 'approve_plan', task_id: id });

    expect(await waits('permission')).toMatchObject({
      permission: {
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
        { status: 'completed', changed_files: ['one.md'] },
        { status: 'completed', changed_files: [] },
      ],
      // Five answers of its model, as told in `usage_update`, for the whole session.
      cost_usd: expect.closeTo(0.0007, 8),
      ignored: { count: 0 },
    });
    expect(decisive(await story(id))).toEqual(ALLOWED_THEN_DENIED);
    const reviewer = task(id).assigned.reviewer?.agent_id ?? '';
    await until((world) => world.agents.get(reviewer)?.status === 'completed');
    expect(left()).toEqual([]);
  },
);
