import { afterEach, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { openWorkspace as openLog } from '../../src/open-workspace.ts';
import { createAlertRaiser } from '../../src/orchestrator/alert-raiser.ts';
import { createWorld } from '../../src/state/world.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const fail = (timestamp = new Date().toISOString()) =>
  workspace.app.emit({
    type: 'agent.failed',
    timestamp,
    source: 'hook',
    source_agent_id: 'coder-x',
    call_chain: ['coder-x'],
    data: {
      agent_id: 'coder-x',
      agent_name: 'gemini',
      previous_status: 'working',
      current_status: 'failed',
      error_message: 'no answer',
    },
  });

async function alerts(): Promise<AgentEvent[]> {
  const found: AgentEvent[] = [];
  for await (const event of workspace.app.events()) if (event.type === 'alert.raised') found.push(event);
  return found;
}

const isTold = (text: string) =>
  workspace.until(({ activity }) => activity.some((entry) => entry.text.includes(text)));

test('three failures of an agent raise one alert, also when another orchestrator reads the log again', async () => {
  workspace = await openWorkspace();
  void workspace.serve();
  await fail();
  await fail();
  const third = await fail();
  await isTold('alert: coder-x (gemini) failed three times within 10 minutes');
  await fail();

  const { backend } = await openLog({ root: workspace.root, create: false });
  const again = createAlertRaiser(backend.log, (line) => {
    throw new Error(line);
  });
  const world = createWorld();
  for await (const event of backend.log.read()) {
    world.apply(event);
    again.hear(event, world);
  }
  await again.settled();
  await backend.close();

  expect(await alerts()).toMatchObject([
    {
      priority: 'critical',
      source: 'orchestrator',
      source_agent_id: 'orchestrator',
      causation_id: third.id,
      correlation_id: third.correlation_id,
      data: { alert: 'agent_failures', severity: 'critical', agent_id: 'coder-x' },
    },
  ]);
});

test('failures of long ago raise none', async () => {
  workspace = await openWorkspace();
  for (const minutes of [62, 61, 60]) await fail(new Date(Date.now() - minutes * 60_000).toISOString());
  void workspace.serve();
  await workspace.app.emit({
    type: 'provider.rate_limited',
    source: 'hook',
    source_agent_id: 'coder-x',
    call_chain: ['coder-x'],
    data: { provider: 'google', model: 'm' },
  });
  await isTold('alert: coder-x (gemini) has to wait: google refuses calls');
  expect(await alerts()).toMatchObject([{ data: { alert: 'rate_limit', severity: 'warning' } }]);
});
