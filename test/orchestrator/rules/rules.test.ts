import { afterEach, expect, test } from 'vitest';
import { activityEntryOf } from '../../../src/state/activity.ts';
import { type Workspace, openWorkspace } from '../workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const RULES = `
[[rules]]
name = "never delete"
action = "deny"
commands = ["rm -rf"]
[[rules]]
name = "node"
action = "allow"
commands = ["node *"]
`;

async function carriedOut(directive: string) {
  workspace = await openWorkspace({ toml: RULES });
  void workspace.serve();
  const waited: string[] = [];
  const done = workspace.until((world) => {
    for (const item of world.inbox) if (item.kind === 'permission') waited.push(item.item_id);
    return [...world.tasks.values()].some(({ phase }) => phase === 'completed');
  });
  const id = await workspace.create(`Add a table of contents to README.md ${directive}`);
  await workspace.until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  await done;
  const events = await Array.fromAsync(workspace.app.events({ taskId: id }));
  const asked = events.find(({ type }) => type === 'permission.requested');
  const decided = events.find(({ type }) => type === 'user.decided_permission');
  return { waited, asked, decided, told: decided && activityEntryOf(decided)?.text };
}

test('a rule allows for the person, who is not asked; it says so itself, and the command is run', async () => {
  const { waited, asked, decided, told } = await carriedOut('[permission: node --version]');
  expect(waited).toEqual([]);
  expect(decided).toMatchObject({
    source: 'orchestrator',
    source_agent_id: 'rule:node',
    call_chain: ['user:anna', 'orchestrator', expect.stringMatching(/^coder-/), 'rule:node'],
    causation_id: asked?.id,
    data: { user_id: 'rule:node', decision: 'allow', rule: 'node' },
  });
  expect(told).toBe('allowed by rule node');
  expect(workspace.app.world.tasks.values().next().value?.ignored.count).toBe(0);
});

test('a rule denies what stands behind something that is allowed', async () => {
  const { waited, decided, told } = await carriedOut('[permission: node --version; sh -c "rm -rf src"]');
  expect(waited).toEqual([]);
  expect(decided?.data).toMatchObject({ decision: 'deny', rule: 'never delete' });
  expect(told).toBe('denied by rule never delete');
});
