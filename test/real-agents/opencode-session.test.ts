import { expect, onTestFinished, test } from 'vitest';
import { makeWorkspace, never, recordHandlers, start } from '../agents/harness.ts';
import { startScriptedModel } from '../models/scripted-model.ts';
import { opencodeLaunch } from './opencode.ts';

test(
  'opencode goes on where its process ended, and charges only what is new',
  { timeout: 120_000 },
  async () => {
    const model = await startScriptedModel();
    onTestFinished(() => model.close());
    const launch = opencodeLaunch({ home: makeWorkspace(), modelUrl: model.url, cwd: makeWorkspace() });
    const first = await start(launch);
    await first.prompt('The word is plum.', never());
    await first.stop();

    const handlers = recordHandlers();
    const second = await start(
      { ...launch, resume: { sessionId: first.sessionId, costUsd: 0.00014 } },
      handlers,
    );
    expect(second).toMatchObject({
      sessionId: first.sessionId,
      resumption: 'went on with its earlier session',
    });
    expect(handlers.of('agent.output').filter(({ stream }) => stream !== 'stderr')).toEqual([]);
    await second.prompt('Which word?', never());
    const last = model.requests.filter((request) => request.includes('Which word?')).at(-1);
    expect(last).toContain('The word is plum.');
    // 100 tokens in and 20 out, at 1 and 2 dollars a million.
    expect(handlers.of('provider.called')).toMatchObject([{ tokens_used: 120, cost_usd: 0.00014 }]);
  },
);
