import { describe, expect, it } from 'vitest';
import { type Line, renderLines } from '../../src/cli/line.ts';
import { agentList } from '../../src/cli/views/agent-list.ts';
import { inboxList } from '../../src/cli/views/inbox-list.ts';
import { taskDetails } from '../../src/cli/views/task-details.ts';
import { taskList } from '../../src/cli/views/task-list.ts';
import { type World, createWorld } from '../../src/state/world.ts';
import { START, type Step, created, plan, started } from '../vscode/world-of.ts';
import { worldOf } from './world-of.ts';

const moment = { now: START + 10 * 60_000, timeZone: 'UTC' };

const draw = (lines: readonly Line[], columns = Infinity): string =>
  `\n${renderLines(lines, { columns, color: false })}`;

const approved: Step = ['user:maria', 'user.approved_plan', { user_id: 'maria', revision: 1 }];
const executing: readonly Step[] = [
  created('Fix login'),
  started(),
  plan(1),
  approved,
  ['coder-1', 'chunk.started', { index: 0, title: 'Reproduce the failure', attempt: 1 }],
  ['coder-1', 'chunk.completed', { index: 0, title: 'Reproduce the failure', attempt: 1, files: [] }],
  ['coder-1', 'chunk.started', { index: 1, title: 'Correct the token check', attempt: 1 }],
];

const ofProject = (project: string): Step => [
  'user:maria',
  'task.created',
  { description: `Tidy the ${project}`, interactive: true, project },
];

const ask = (question_id: string): Step => [
  'planner-1',
  'question.asked',
  { question_id, question: 'Which database?' },
];

const seen = (agent_id: string, current_status: 'working' | 'lost', reason?: string): Step => [
  agent_id,
  current_status === 'lost' ? 'agent.health' : 'agent.started',
  { agent_id, agent_name: 'opencode', role: 'coder', previous_status: 'starting', current_status, reason },
];

const listed = (world: World) => taskList(world, [...world.tasks.values()].toReversed(), moment);

describe('list', () => {
  it('says what to do when there is nothing', () => {
    expect(draw(listed(createWorld()))).toBe(
      '\nNo tasks yet. Create one: lineclear create "what is to be done"\n',
    );
  });

  it('says of which project each task is when there are several', () => {
    const world = worldOf([ofProject('website')], 'one');
    expect(draw(listed(world))).not.toContain('  website  ');
    worldOf([ofProject('shop')], 'two', world);
    expect(draw(listed(world)).replaceAll(/ +/g, ' ')).toContain(' Tidy the shop shop ');
    expect(draw(listed(world)).replaceAll(/ +/g, ' ')).toContain(' Tidy the website website ');
  });

  it('says for which file a task waits, and who holds it', () => {
    const claim = { file_path: 'test/login.test.ts', agent_id: 'coder-1', index: 0 };
    const world = worldOf(
      [created('Fix login'), started(), plan(1), approved, ['coder-1', 'claim.acquired', claim]],
      'one',
    );
    const denied = { ...claim, held_by: 'coder-1', held_by_task: 'one' };
    worldOf(
      [created('Rate limits'), started(), plan(1), approved, ['coder-2', 'claim.denied', denied]],
      'two',
      world,
    );
    expect(draw(listed(world))).toContain('waits for test/login.test.ts, held by the coder of “Fix login”');
  });

  it('shows the newest task first, with its phase', () => {
    const world = createWorld();
    worldOf(executing, 'fix-login-k3f9a', world);
    worldOf([created('Add rate limiting'), started(), plan(1)], 'add-rate-limiting-p2x7b', world);
    expect(draw(listed(world))).toBe(`
p2x7b  Add rate limiting  just now  plan in review
k3f9a  Fix login          3 min     executing · chunk 2 of 2

1 matter waits for you: lineclear list --inbox
`);
  });

  it('cuts lines at the edge of the terminal, also those in wide characters', () => {
    const world = worldOf([created('漢字のログインを直してください')]);
    expect(draw(listed(world), 22)).toBe('\nk3f9a  漢字のログイン…\n');
  });
});

describe('show', () => {
  it('shows marks of the chunks and what happened', () => {
    const world = worldOf(executing);
    const task = world.tasks.get('fix-login-k3f9a');
    expect(task && draw(taskDetails(world, task, moment))).toBe(`
Fix login
executing · chunk 2 of 2 · 6 min
created by maria 14:01 · fix-login-k3f9a

Chunks
  ✓  1  Reproduce the failure    test/login.test.ts
  ●  2  Correct the token check  src/login.ts, src/token.ts

Plan
  rev 1  2 chunks  ~$0.40  approved by maria, 14:04

Activity
  14:01  maria         created the task “Fix login”
  14:02  orchestrator  took the task up
  14:03  planner-1     plan ready: revision 1, 2 chunks
  14:04  maria         approved revision 1
  14:05  coder-1       began chunk 1: Reproduce the failure
  14:06  coder-1       completed chunk 1: Reproduce the failure
  14:07  coder-1       began chunk 2: Correct the token check
`);
  });

  it('has one line for a rate limit, until when it lasts, as every view', () => {
    const until = '2026-03-02T15:00:00.000Z';
    const world = worldOf([
      created('Fix login'),
      started(),
      ['coder-1', 'provider.rate_limited', { provider: 'google', model: 'm', retry_at: until }],
      ['orchestrator', 'task.parked', { reason: '429', until, kind: 'rate_limit' }],
    ]);
    const task = world.tasks.get('fix-login-k3f9a');
    const lines = task && draw(taskDetails(world, task, moment)).split('Activity\n')[1];
    expect(lines?.trimEnd().split('\n').at(-1)).toMatch(
      /^ {2}14:03 {2}coder-1 +google refuses calls · until 15:00, in /,
    );
  });

  it('says that a decision which came too late had no effect', () => {
    const late: Step = ['user:jan', 'user.approved_plan', { user_id: 'jan', revision: 1 }];
    const world = worldOf([created('Fix login'), started(), plan(1), approved, late]);
    const task = world.tasks.get('fix-login-k3f9a');
    expect(task && draw(taskDetails(world, task, moment))).toContain(
      '1 without effect, the last: user.approved_plan: revision 1 was approved by maria',
    );
  });
});

describe('list --inbox', () => {
  it('shows what waits, with the commands that settle it', () => {
    const world = worldOf([created('Fix login'), started(), plan(1)]);
    expect(draw(inboxList(world, moment))).toBe(`
▣ Plan: Fix login
  rev 1 · planner-1 · 2 chunks · ~$0.40 · 7 min
    lineclear plan k3f9a
    lineclear approve k3f9a --revision 1
    lineclear reject k3f9a -m "what should be different"
`);
  });

  it('quotes ids of agents in commands to copy', () => {
    const world = worldOf([created('Fix login'), started(), ask('$(rm -rf ~)'), ask("it's")]);
    const text = draw(inboxList(world, moment));
    expect(text).toContain(`--question '$(rm -rf ~)'`);
    expect(text).toContain(String.raw`--question 'it'\''s'`);
  });

  it('is calm when nothing waits', () => {
    expect(draw(inboxList(createWorld(), moment))).toBe('\nNothing waits for you.\n');
  });
});

describe('list --agents', () => {
  it('groups agents by what they are for the person', () => {
    const world = worldOf([
      created('Fix login'),
      started(),
      seen('coder-1', 'working'),
      ['coder-1', 'agent.progress', { progress: 0.38, stage: 'edit', description: 'editing src/login.ts' }],
      ['coder-1', 'provider.called', { provider: 'p', model: 'm', tokens_used: 12_400, cost_usd: 0.07 }],
      seen('coder-2', 'working'),
      seen('coder-2', 'lost', 'process 4123 is gone'),
    ]);
    expect(draw(agentList(world, moment))).toBe(`
Working (1)
  coder-1  coder (opencode)  Fix login  editing src/login.ts · 38 % · 7 min · silent for 5 min · 12.4k tokens · $0.07
Lost (1)
  coder-2  coder (opencode)  Fix login  last seen 14:06 · process 4123 is gone
`);
  });
});
