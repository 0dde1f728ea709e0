import { describe, expect, test } from 'vitest';
import { windowOn } from './window-on.ts';
import {
  agent,
  approved,
  created,
  failed,
  permission,
  plan,
  question,
  sentBack,
  started,
  worldOf,
} from './world-of.ts';

const onePlan = () => worldOf([created('Fix login'), started(), plan(1)]);
const twoPlans = () =>
  worldOf([created('Add a limit', 'limit'), started('limit'), plan(1, 'limit')], onePlan());

/** A plan of so many revisions, of which the last one waits. */
const revisions = (count: number) =>
  worldOf([
    created('Fix login'),
    started(),
    ...Array.from({ length: count }, (_, index) => [
      plan(index + 1),
      ...(index + 1 < count ? [sentBack(index + 1)] : []),
    ]).flat(),
  ]);

describe('Approve Plan', () => {
  test('with one plan waiting, approves it at once and says so calmly', async () => {
    const { run, done, shown } = windowOn({ world: onePlan() });
    await run('lineclear.approvePlan');
    expect(done).toEqual([{ command: 'approve_plan', task_id: 'login', revision: 1, comment: undefined }]);
    expect(shown).toEqual(['Approved revision 1 of “Fix login”.']);
  });

  test('with several, shows enough to decide and approves the one that was picked', async () => {
    const { run, done, shown } = windowOn({ world: twoPlans(), answers: ['Plan: Add a limit'] });
    await run('lineclear.approvePlan');
    expect(shown[0]?.replaceAll(/\d+ d/g, 'n d')).toBe(
      `Approve Plan: Which plan?
Plan: Fix login  rev 1 · planner-1 · 2 chunks · ~$0.40 · n d
  1. Reproduce the failure  2. Correct the token check
Plan: Add a limit  rev 1 · planner-1 · 2 chunks · ~$0.40 · n d
  1. Reproduce the failure  2. Correct the token check`,
    );
    expect(done.map((command) => 'task_id' in command && command.task_id)).toEqual(['limit']);
  });

  test('from a row of the Inbox, approves that plan', async () => {
    const { run, done } = windowOn({ world: twoPlans() });
    await run('lineclear.approvePlan', { target: { task_id: 'limit', revision: 1 } }, undefined);
    expect(done).toMatchObject([{ task_id: 'limit', revision: 1 }]);
  });

  test('when somebody else was faster, tells who, and decides nothing', async () => {
    const world = worldOf([approved(1)], onePlan());
    const { run, done, shown } = windowOn({ world });
    await run('lineclear.approvePlan', { task_id: 'login', revision: 1 });
    expect(done).toEqual([]);
    expect(shown).toEqual([
      expect.stringMatching(
        /^information: No effect: revision 1 was approved by maria on \d+ \w+ at \d\d:\d\d\. Nothing is left/,
      ),
    ]);
  });

  test('with none waiting, says so', async () => {
    const { run, shown } = windowOn({ world: worldOf([created('Fix login')]) });
    await run('lineclear.approvePlan');
    expect(shown[0]).toMatch(/^information: No plan is waiting\./);
  });

  test('when the person leaves the list, nothing happens', async () => {
    const { run, done, shown } = windowOn({ world: twoPlans(), answers: [undefined] });
    await run('lineclear.approvePlan');
    expect([done, shown.length]).toEqual([[], 1]);
  });
});

describe('the other decisions', () => {
  test('a plan is sent back with a comment', async () => {
    const { run, done } = windowOn({ world: onePlan(), answers: ['Smaller steps'] });
    await run('lineclear.requestChanges');
    expect(done).toMatchObject([
      { command: 'reject_plan', revision: 1, verdict: 'changes', comment: 'Smaller steps' },
    ]);
  });

  test('a question with options is answered with one of them or with own words', async () => {
    const world = worldOf([question('q1', ['PostgreSQL', 'SQLite'])], onePlan());
    const { run, done, shown } = windowOn({ world, answers: ['MariaDB'] });
    await run('lineclear.answerQuestion');
    expect(shown[0]).toBe('Answer Question: Fix login: Which database should tests use?\nPostgreSQL\nSQLite');
    expect(done).toMatchObject([{ command: 'answer_question', question_id: 'q1', answer: 'MariaDB' }]);
  });

  test('a question that was settled elsewhere is not asked again', async () => {
    const { run, done, shown } = windowOn({ world: onePlan() });
    await run('lineclear.answerQuestion', { task_id: 'login', question_id: 'q1' });
    expect(done).toEqual([]);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(/^information: /);
  });

  test('a permission is allowed or denied', async () => {
    const world = worldOf([permission('p1', 'npm test'), permission('p2', 'rm -rf /')], onePlan());
    const { run, done } = windowOn({ world });
    await run('lineclear.denyPermission', { target: { task_id: 'login', request_id: 'p2' } });
    await run('lineclear.allowPermission');
    expect(done).toMatchObject([
      { decision: 'deny', request_id: 'p2' },
      { decision: 'allow', request_id: 'p1' },
    ]);
  });

  test('a permission is always allowed when the person has seen the rule that is written', async () => {
    const world = worldOf([permission('p1', 'npm test')], onePlan());
    const written: string[] = [];
    const rule = { name: 'tests', action: 'allow' as const, commands: ['npm test'] };
    const rules = {
      offer: () => ({ rule, text: '[[rules]]\nname = "tests"', file: '/nowhere/.lineclear/config.toml' }),
      write: () => void written.push('tests'),
    };
    const { run, done, shown } = windowOn({ world, rules, answers: [undefined, 'Always Allow'] });
    await run('lineclear.allowAlways');
    expect([done, written]).toEqual([[], []]);
    await run('lineclear.allowAlways');
    expect(shown).toEqual([
      ...Array(2).fill(
        'Always allow this? This rule will be added to .lineclear/config.toml:\n\n[[rules]]\nname = "tests" [Always Allow]',
      ),
      'Allowed, also from now on.',
    ]);
    expect(done).toMatchObject([{ decision: 'allow', request_id: 'p1', wrote_rule: 'tests' }]);
    expect(written).toEqual(['tests']);
  });

  test('what no rule may always allow is not offered one', async () => {
    const world = worldOf([permission('p1', 'rm -rf /')], onePlan());
    const { run, done, shown } = windowOn({ world, answers: [undefined] });
    await run('lineclear.allowAlways');
    await run('lineclear.settle', { target: { task_id: 'login', item_id: 'permission:login:p1' } });
    expect(shown[0]).toContain('There is no rule that could always allow this. Allow it this once');
    expect(shown[1]).not.toContain('Always');
    expect(done).toEqual([]);
  });

  test('a matter is put off, and shown again from its row', async () => {
    const world = onePlan();
    const { run, done, shown } = windowOn({ world, answers: ['1 hour', 'Show now'] });
    await run('lineclear.snooze');
    await run('lineclear.snooze');
    expect(done).toMatchObject([{ command: 'snooze_item', item_id: 'plan:login:1' }]);
    expect(shown.slice(1)).toEqual([
      expect.stringMatching(/^Put off until /),
      expect.stringContaining('Nothing waits for you.'),
    ]);
    await run('lineclear.snooze', { target: { item_id: 'plan:login:1', task_id: 'login' } });
    expect(shown.at(-1)).toBe('Shown again.');
  });

  test('cancelling what is at work is confirmed; a failed task has nothing to lose', async () => {
    const running = windowOn({ world: onePlan(), answers: ['no'] });
    await running.run('lineclear.cancelTask');
    expect([running.done, running.shown[0]]).toEqual([
      [],
      'Cancel “Fix login”? Its agents are stopped. Files that they have changed stay as they are. [Cancel Task]',
    ]);
    const over = windowOn({ world: worldOf([created('Fix login'), failed()]) });
    await over.run('lineclear.cancelTask');
    expect(over.done).toMatchObject([{ command: 'cancel_task' }]);
  });

  test('an agent is stopped from its row', async () => {
    const world = worldOf([created('Fix login'), agent('coder-1', 'agent.started', 'working')]);
    const { run, done } = windowOn({ world });
    await run('lineclear.stopAgent', { target: { agent_id: 'coder-1', task_id: 'login' } });
    expect(done).toEqual([{ command: 'stop_agent', agent_id: 'coder-1' }]);
  });
});

describe('what waits for you', () => {
  test('one matter: what can be done about it, the first on Enter', async () => {
    const { run, done, shown } = windowOn({ world: onePlan(), answers: ['Approve revision 1'] });
    await run('lineclear.settle');
    expect(shown[0]).toBe(`Plan: Fix login: What should happen?
Approve revision 1
Open Plan
Request Changes…
Reject Plan…`);
    expect(done).toMatchObject([{ command: 'approve_plan' }]);
  });

  test('several: a list, with the quickest steps as buttons', async () => {
    const world = worldOf([permission('p1', 'npm test')], onePlan());
    const { run, done, shown } = windowOn({ world, answers: ['Permission: Run a command', 'Deny'] });
    await run('lineclear.settle');
    expect(shown[0]?.replaceAll(/\d+ d/g, 'n d')).toBe(`Waiting for You: What do you want to decide?
Plan: Fix login  rev 1 · planner-1 · 2 chunks · ~$0.40 · n d
  1. Reproduce the failure  2. Correct the token check
  [Approve revision 1]
  [Open Plan]
Permission: Run a command  npm test · coder-1 · Fix login · n d
  [Allow]
  [Deny]`);
    expect(done).toMatchObject([{ command: 'decide_permission', decision: 'deny' }]);
  });
});

describe('a command that cannot run says why', () => {
  test('in Restricted Mode, with the way out', async () => {
    const { run, done, shown } = windowOn({ world: onePlan(), isTrusted: false });
    await run('lineclear.approvePlan');
    expect(done).toEqual([]);
    expect(shown).toEqual([
      'warning: Approve Plan is not possible in Restricted Mode: Lineclear runs nothing in a folder that you do not trust. [Manage Workspace Trust]',
    ]);
  });

  test('without a log, with the button that begins', async () => {
    const { run, shown } = windowOn({});
    await run('lineclear.showEvents');
    expect(shown).toEqual([
      'information: Nothing has been recorded in this folder yet. Create a task first. [Create Task]',
    ]);
  });

  test('with arguments that make no sense', async () => {
    const { run, done, shown } = windowOn({ world: onePlan() });
    await run('lineclear.createTask', { description: 7 });
    expect(done).toEqual([]);
    expect(shown[0]).toMatch(/^error: lineclear\.createTask: .*expected string/s);
  });

  const describeIt = 'Fix login';

  test('Compare Plan Revisions takes the only two, and asks among more', async () => {
    const two = windowOn({ world: revisions(2) });
    await two.run('lineclear.comparePlans');
    expect(two.shown).toEqual(['compare Fix login: revision 1 and 2']);
    const three = windowOn({ world: revisions(3), answers: ['Revision 3', 'Revision 1'] });
    await three.run('lineclear.comparePlans', { task_id: 'login' });
    expect(three.shown.at(-1)).toBe('compare Fix login: revision 1 and 3');
    const one = windowOn({ world: revisions(1) });
    await one.run('lineclear.comparePlans', { task_id: 'login' });
    expect(one.shown[0]).toMatch(/^information: .*has one revision only/);
  });

  test('Filter Activity asks for one part and keeps the others', async () => {
    const { run, views, shown } = windowOn({
      world: onePlan(),
      answers: ['By task…', 'Fix login', 'By text…', 'plan', 'Show everything'],
    });
    await run('lineclear.filterActivity');
    await run('lineclear.filterActivity');
    expect(views.options.activityFilter).toEqual({ task_id: 'login', text: 'plan' });
    await run('lineclear.filterActivity');
    expect(views.options.activityFilter).toEqual({});
    expect(shown.at(-1)).toMatch(/By task… {2}Fix login[^]*By text… {2}“plan”/);
  });

  test('Choose Log shows the folders of the window, and says when there is nothing to choose', async () => {
    const two = windowOn({ roots: ['/work/api', '/work/web'], answers: ['web'] });
    await two.run('lineclear.chooseLog');
    expect(two.shown).toEqual([
      'Choose Log: The log of which folder?\napi  shown now\n  /work/api\nweb\n  /work/web',
      'log of /work/web',
    ]);
    const one = windowOn({ roots: ['/work/api'] });
    await one.run('lineclear.chooseLog');
    expect(one.shown[0]).toMatch(/^information: The folders of this window have one log/);
  });

  test('Create Task says who plans', async () => {
    const { run, done, shown } = windowOn({ answers: [describeIt] });
    await run('lineclear.createTask');
    expect(shown[0]).toBe(
      'Create Task: gemini plans it first; nothing is carried out before you approve the plan.',
    );
    expect(done).toMatchObject([{ command: 'create_task', description: describeIt }]);
  });

  test.each([
    ['none at all', { agentNames: [], roles: {} }, 'No agent is configured or installed.'],
    [
      'none of the name that the planner has',
      { agentNames: ['opencode'], roles: { planner: 'gemini' } },
      'The planner gemini is neither configured nor installed.',
    ],
  ])('Create Task warns when there is no agent to plan: %s', async (_name, agents, words) => {
    const gone = windowOn({ agents, answers: ['Open Configuration'] });
    await gone.run('lineclear.createTask');
    expect(gone.shown).toEqual([
      `${words} The task would fail until there is one. Install an agent, or name one in the configuration. [Open Configuration] [Create Anyway]`,
      'configuration',
    ]);
    expect(gone.done).toEqual([]);
    const stays = windowOn({ agents, answers: ['Create Anyway', describeIt] });
    await stays.run('lineclear.createTask');
    expect(stays.done).toMatchObject([{ command: 'create_task', description: describeIt }]);
  });

  test('Create Task makes the log and returns the id', async () => {
    const { run, done } = windowOn({});
    expect(await run('lineclear.createTask', { description: 'Fix login' })).toBe('new-task');
    expect(done).toMatchObject([{ command: 'create_task', description: 'Fix login' }]);
  });
});
