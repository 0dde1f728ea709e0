import { describe, expect, test } from 'vitest';
import { activityModel as activityRows } from '../../src/vscode/trees/activity-model.ts';
import { agentsModel as agentRows } from '../../src/vscode/trees/agents-model.ts';
import { inboxModel } from '../../src/vscode/trees/inbox-model.ts';
import { tasksModel } from '../../src/vscode/trees/tasks-model.ts';
import { type TreeNode, treeText } from '../../src/vscode/trees/tree-node.ts';
import type { Moment } from '../../src/state/wording.ts';
import type { World } from '../../src/state/world.ts';
import { statusOf } from '../../src/vscode/status.ts';
import { contextKeys } from '../../src/vscode/context-keys.ts';
import type { ViewOptions } from '../../src/vscode/view-options.ts';
import {
  type Step,
  agent,
  approved,
  created,
  failed,
  momentAfter,
  permission,
  plan,
  question,
  started,
  worldOf,
} from './world-of.ts';

const agentsModel = (world: World, moment: Moment, options: Partial<ViewOptions> = {}) =>
  agentRows(world, { groupAgents: 'state', sortAgents: 'waiting', ...options }, moment);
const activityModel = (world: World, moment: Moment) =>
  activityRows(world, { entries: world.activity, before: 'all' }, moment);

const lines = (nodes: readonly TreeNode[]): string => `\n${treeText(nodes)}\n`;
const all = (nodes: readonly TreeNode[]): TreeNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children ?? [])]);

const busy = () =>
  worldOf([
    created('Fix login'),
    started(),
    plan(1),
    approved(1),
    agent('coder-1', 'agent.started', 'working'),
    ['coder-1', 'chunk.started', { index: 0, title: 'Reproduce the failure', attempt: 1 }],
    [
      'coder-1',
      'chunk.completed',
      { index: 0, title: 'Reproduce the failure', attempt: 1, files: ['test/login.test.ts'] },
    ],
    ['coder-1', 'chunk.started', { index: 1, title: 'Correct the token check', attempt: 1 }],
    [
      'coder-1',
      'file.modified',
      { operation: 'modify', file_path: 'src/login.ts', lines_added: 12, lines_removed: 3 },
    ],
    created('Add rate limiting', 'rate'),
    started('rate'),
    agent('planner-1', 'agent.started', 'idle', {}, 'rate'),
    plan(1, 'rate'),
    agent('coder-2', 'agent.started', 'working', { agent_name: 'opencode' }),
    ['coder-2', 'agent.progress', { progress: 0.38, stage: 'edit', description: 'editing src/login.ts' }],
    question('q1', ['PostgreSQL', 'SQLite']),
    permission('p1', 'npm test'),
    created('Write docs', 'docs'),
    started('docs'),
    failed('docs'),
    agent('reviewer-1', 'agent.started', 'working'),
    agent('reviewer-1', 'agent.health', 'lost', { reason: 'process 4123 ended by signal 9' }),
    agent('coder-0', 'agent.completed', 'completed', {}, 'old'),
    agent('coder-3', 'agent.failed', 'failed', { error_message: 'exit code 1' }, 'old'),
    created('Rename the flag', 'old'),
    ['user:maria', 'user.cancelled_task', { user_id: 'maria' }, 'old'],
  ]);

const at = (seconds: number) => momentAfter(seconds / 10);

test('a task that waits for a provider says when it goes on, in its row, its agent’s and the status bar', () => {
  const until = '2026-03-02T14:03:10.000Z';
  const world = worldOf([
    created('Fix login'),
    started(),
    ['orchestrator', 'task.assigned', { role: 'planner', agent_id: 'planner-1', agent_name: 'gemini' }],
    agent('planner-1', 'agent.started', 'working', { role: 'planner', agent_name: 'gemini' }),
    agent('planner-1', 'agent.completed', 'stopped', { reason: '429 Too Many Requests' }),
    ['orchestrator', 'task.parked', { reason: '429 Too Many Requests', until, kind: 'rate_limit' }],
  ]);
  const rows = treeText(tasksModel(world, at(65)));
  expect(rows).toContain('Fix login  planning · rate limited · until 14:03, in 3 min · ');
  expect(rows).toContain('Until 14:03, in 3 min · rate limited\n');
  expect(treeText(tasksModel(world, at(160)))).toContain('until 14:03, in 30 s');
  expect(treeText(tasksModel(world, at(200)))).toMatch(/Until 14:03 · rate limited$/m);
  expect(treeText(agentsModel(world, at(65)))).toContain(
    'planner  rate limited · until 14:03, in 3 min · Fix login · gemini',
  );
  expect(statusOf({ kind: 'no-folder' }, world, at(65).now)).toMatchObject({
    text: '$(clock) resumes in 3 min',
  });
});

test('of a chunk that failed the reason stands first, because a narrow row shows no more', () => {
  const error_message = 'gemini ended with exit code 1';
  const chunk = { index: 0, title: 'Reproduce the failure', attempt: 1 };
  const world = worldOf([
    created('Fix login'),
    started(),
    plan(1),
    approved(1),
    ['orchestrator', 'chunk.started', chunk],
    ['orchestrator', 'chunk.failed', { ...chunk, error_message }],
    ['orchestrator', 'task.failed', { error_message: `Chunk 1, “Reproduce the failure”: ${error_message}` }],
  ]);
  const [task] = tasksModel(world, at(80));
  expect(task?.children?.[0]).toMatchObject({ label: error_message, command: 'lineclear.settle' });
  expect(task?.children?.[0]?.tooltip?.().markdown).toContain('Chunk 1');
});

test('a rate limit is one row of Activity, until when it lasts by the clock of the reader, and the rest in its tooltip', () => {
  const retry_at = '2026-03-02T14:03:10.000Z';
  const limited: Step[] = [
    created('Fix login'),
    started(),
    ['coder-1', 'provider.rate_limited', { provider: 'google', model: 'm', retry_at }],
    agent('coder-1', 'agent.stopped', 'stopped', { reason: '429, try later', error_code: 'rate_limited' }),
    [
      'orchestrator',
      'alert.raised',
      { alert: 'rate_limit', severity: 'warning', message: 'coder has to wait' },
    ],
    ['orchestrator', 'task.parked', { reason: '429, try later', until: retry_at, kind: 'rate_limit' }],
  ];
  const [row, ...older] = activityModel(worldOf(limited), { ...at(65), timeZone: 'Asia/Tokyo' });
  expect(older.map(({ label }) => label)).toEqual(['took the task up', 'created the task “Fix login”']);
  expect(row).toMatchObject({
    label: 'google refuses calls',
    description: expect.stringMatching(/^until 23:03, in 3 min · coder · /),
    spoken: expect.stringContaining('coder google refuses calls, until 23:03, in 3 min'),
  });
  for (const words of ['stopped', 'alert: coder has to wait', 'parked the task: 429, try later'])
    expect(row?.tooltip?.().markdown.replaceAll('\\', '')).toContain(words);
  const [passed] = activityModel(worldOf(limited), { ...at(200), timeZone: 'UTC' });
  expect(passed?.description).toMatch(/^until 14:03 · /);

  // The next one is another matter; and who does not say until when leaves that to who waits.
  const { retry_at: _, ...unsaid } = { provider: 'google', model: 'm', retry_at };
  const again: Step[] = [
    ...limited,
    ['orchestrator', 'task.resumed', {}],
    ['coder-1', 'provider.rate_limited', unsaid],
    ['orchestrator', 'task.parked', { reason: '429', until: retry_at, kind: 'rate_limit' }],
    ['orchestrator', 'task.parked', { reason: 'It failed', until: retry_at, kind: 'retry' }],
  ];
  expect(
    activityModel(worldOf(again), at(65))
      .slice(0, 4)
      .map(({ label, description }) => [label, description?.split(' · ')[0]]),
  ).toEqual([
    ['parked the task: It failed', 'until 14:03, in 3 min'],
    ['google refuses calls', 'until 14:03, in 3 min'],
    ['resumed the task', expect.stringMatching(/orchestrator|:/)],
    ['google refuses calls', 'until 14:03, in 3 min'],
  ]);
});

describe('the Inbox', () => {
  test('says what waits, of whom and since when, oldest first', () => {
    expect(lines(inboxModel(busy(), momentAfter(60)))).toBe(`
Plan: Add rate limiting  rev 1 · planner (gemini) · 2 chunks · ~$0.40 · 7 min
Which database should tests use?  coder (gemini) · Fix login · 7 min
Permission: Run a command  npm test · coder (gemini) · Fix login · 7 min
Failed: Write docs  gemini is not installed · 6 min
`);
  });

  test('what is put off is in a closed row of its own, and in no count', () => {
    const until = '2026-03-02T16:30:00.000Z';
    const snooze: Step = [
      'user:maria',
      'user.snoozed_item',
      { user_id: 'maria', item_id: 'plan:rate:1', until },
      'rate',
    ];
    const world = worldOf([snooze], busy());
    const nodes = inboxModel(world, momentAfter(60));
    expect(lines(nodes.slice(2))).toBe(`
Failed: Write docs  gemini is not installed · 6 min
Snoozed  1
  Plan: Add rate limiting  until 16:30
`);
    expect(nodes.at(-1)?.expanded).toBeUndefined();
    expect(
      contextKeys({ kind: 'no-folder' }, world, { activityFilter: {} }, 1, momentAfter(60).now),
    ).toMatchObject({
      'lineclear.waiting': 3,
      'lineclear.plans': 1,
    });
    expect(inboxModel(world, { now: Date.parse(until), timeZone: 'UTC' })).toHaveLength(4);
  });

  test('a row carries the ids with which a decision that comes too late is noticed', () => {
    expect(inboxModel(busy(), momentAfter(60)).map(({ target }) => target)).toEqual([
      { item_id: 'plan:rate:1', task_id: 'rate', revision: 1 },
      { item_id: 'question:login:q1', task_id: 'login', question_id: 'q1' },
      { item_id: 'permission:login:p1', task_id: 'login', request_id: 'p1' },
      { item_id: 'failure:docs:0', task_id: 'docs' },
    ]);
  });

  test('a screen reader hears the kind of each matter', () => {
    expect(inboxModel(busy(), momentAfter(60)).map(({ spoken }) => spoken)).toEqual([
      'Plan: Add rate limiting, rev 1, planner (gemini), 2 chunks, ~$0.40, 7 min',
      'Question: Which database should tests use?, coder (gemini), Fix login, 7 min',
      'Permission: Run a command, npm test, coder (gemini), Fix login, 7 min',
      'Failed: Write docs, gemini is not installed, 6 min',
    ]);
  });

  test('is empty when nothing waits', () => {
    expect(inboxModel(worldOf([created('Fix login')]), momentAfter(1))).toEqual([]);
  });
});

describe('Agents', () => {
  test('are grouped by what they mean to the person', () => {
    expect(lines(agentsModel(busy(), momentAfter(60)))).toBe(`
Waiting for you  2
  coder  asks a question · 7 min · Fix login · gemini
  planner  plan in review · 7 min · Add rate limiting · gemini
Working  1
  coder  editing src/login.ts · 38 % · 7 min · silent for 7 min · Fix login · opencode
Lost  1
  reviewer  last seen 14:03 · process 4123 ended by signal 9 · Fix login · gemini
Done  2 · 1 of them failed
  coder  failed · exit code 1 · 6 min · Rename the flag · gemini
  coder  completed · 6 min · Rename the flag · gemini
`);
  });

  test('are grouped by task or by kind, or not at all, and sorted as the person likes', () => {
    const labels = (options: Partial<ViewOptions>) =>
      lines(agentsModel(busy(), momentAfter(60), options)).replaceAll(/^( *\S+( \S+)*) {2}.*$/gm, '$1');
    expect(labels({ groupAgents: 'task', sortAgents: 'name' })).toBe(`
Rename the flag
  coder
  coder
Fix login
  coder
  coder
  reviewer
Add rate limiting
  planner
`);
    expect(labels({ groupAgents: 'kind' })).toBe(`
gemini
  coder
  planner
  reviewer
  coder
  coder
opencode
  coder
`);
    const flat = agentsModel(busy(), momentAfter(60), { groupAgents: 'none', sortAgents: 'seen' });
    expect(flat).toHaveLength(6);
  });

  test('those that are done stay closed, the others open', () => {
    const groups = agentsModel(busy(), momentAfter(60)).map(({ label, expanded }) => [label, expanded]);
    expect(groups).toEqual([
      ['Waiting for you', true],
      ['Working', true],
      ['Lost', true],
      ['Done', false],
    ]);
  });

  test('only what is alive can be stopped', () => {
    const contexts = all(agentsModel(busy(), momentAfter(60)))
      .filter(({ context }) => context.startsWith('agent '))
      .map(({ target, context }) => `${target.agent_id}: ${context}`);
    expect(contexts).toEqual([
      'coder-1: agent live',
      'planner-1: agent live',
      'coder-2: agent live',
      'reviewer-1: agent ended',
      'coder-3: agent ended',
      'coder-0: agent ended',
    ]);
  });

  test('of many that are done, the newest hundred are shown', () => {
    const many = Array.from({ length: 130 }, (_, index) =>
      agent(`a-${index}`, 'agent.completed', 'completed'),
    );
    const [done] = agentsModel(worldOf(many), momentAfter(200));
    expect(done?.description).toBe('130');
    expect(done?.children?.length).toBe(101);
    expect(done?.children?.[0]?.label).toBe('a-129');
    expect(done?.children?.at(-1)?.label).toBe('30 older');
  });
});

describe('Tasks', () => {
  test('show phase, plan, chunks with files, and errors with the next step; what has ended is below', () => {
    expect(lines(tasksModel(busy(), momentAfter(60)))).toBe(`
Write docs  failed · 6 min
  gemini is not installed  Install it, then retry.
Add rate limiting  plan in review · 7 min
  Plan  in review · ~$0.40
  Reproduce the failure  test/login.test.ts
  Correct the token check  src/login.ts and 1 more
    src/login.ts
    src/token.ts
Fix login  executing · chunk 2 of 2 · waits for an answer · waits for permission · 9 min
  Plan  approved by maria · ~$0.40
  Reproduce the failure  test/login.test.ts
  Correct the token check  working · src/login.ts and 1 more
    src/login.ts
    src/token.ts
Ended  1
  Rename the flag  cancelled · 5 min
`);
  });

  test('chunks tell their state by icon and to a screen reader in words', () => {
    const login = tasksModel(busy(), momentAfter(60)).find(({ id }) => id === 'task:login');
    expect(login?.children?.map(({ icon, spoken }) => `${icon.id}: ${spoken}`)).toEqual([
      'checklist: Plan, approved by maria, ~$0.40',
      'pass: Chunk 1, Reproduce the failure, done, test/login.test.ts',
      'play-circle: Chunk 2, Correct the token check, working, src/login.ts and 1 more',
    ]);
  });

  test('a click opens the plan, the file, or what to do', () => {
    const clicks = all(tasksModel(busy(), momentAfter(60)))
      .filter(({ command }) => command !== undefined)
      .map(({ label, command, target }) => `${label}: ${command} ${target.path ?? target.task_id}`);
    expect(clicks.slice(0, 5)).toEqual([
      'gemini is not installed: lineclear.settle docs',
      'Plan: lineclear.openPlan rate',
      'Reproduce the failure: lineclear.openFile test/login.test.ts',
      'src/login.ts: lineclear.openFile src/login.ts',
      'src/token.ts: lineclear.openFile src/token.ts',
    ]);
  });

  test('menus know what can be done with a task', () => {
    const contexts = all(tasksModel(busy(), momentAfter(60)))
      .filter(({ context }) => context.startsWith('task'))
      .map(({ label, context }) => `${label}: ${context}`);
    expect(contexts).toEqual([
      'Write docs: task failed',
      'Add rate limiting: task active review plan',
      'Fix login: task active plan',
      'Rename the flag: task ended',
    ]);
  });
});

test('a task has a row for its plan from the beginning, so that it opens', () => {
  const world = worldOf([created('Fix login')]);
  expect(lines(tasksModel(world, momentAfter(2)))).toBe(`
Fix login  created · 10 s
  Plan  not begun yet
`);
  worldOf(
    [
      started(),
      ['orchestrator', 'task.assigned', { role: 'planner', agent_id: 'planner-1', agent_name: 'gemini' }],
    ],
    world,
  );
  expect(lines(tasksModel(world, momentAfter(2)))).toBe(`
Fix login  planning · just now
  Plan  being made by planner (gemini)
`);
  worldOf(
    [
      plan(1),
      [
        'user:maria',
        'user.rejected_plan',
        { user_id: 'maria', revision: 1, verdict: 'changes', comment: 'No' },
      ],
    ],
    world,
  );
  expect(lines(tasksModel(world, momentAfter(5)))).toBe(`
Fix login  planning · rev 2 · just now
  Plan  rev 2 · being made by planner (gemini)
`);
});

const createdIn = (project: string, task: string): Step => [
  'user:maria',
  'task.created',
  { description: task, interactive: true, project },
  task,
];

test('a log of several projects says of which each task is', () => {
  const one = [createdIn('website', 'login')];
  const two = [...one, createdIn('shop', 'basket')];
  expect(lines(tasksModel(worldOf(one), momentAfter(2)))).not.toContain('website');
  expect(lines(tasksModel(worldOf(two), momentAfter(2)))).toContain('website · created');
});

test.each([
  ['here', 'lineclear.startOrchestrator'],
  ['elsewhere', 'project “shop”'],
] as const)(
  'a task that no orchestrator carries out, with one missing %s, says so and what to do',
  (where, how) => {
    const moment = { ...momentAfter(2), missingFor: () => where };
    const [row] = tasksModel(worldOf([createdIn('shop', 'basket')]), moment);
    expect([row?.description, row?.icon.id]).toEqual([
      'created · waits for an orchestrator · 10 s',
      'debug-pause',
    ]);
    expect(row?.tooltip?.().markdown).toContain(how);
    // Beside a long title it could not be read.
    expect(row?.children?.map(({ label }) => label)).toEqual(['Waits for an orchestrator', 'Plan']);
  },
);

describe('Activity', () => {
  test('newest first: what, who, when; on another day with the date', () => {
    expect(lines(activityModel(busy(), momentAfter(60)).slice(0, 4))).toBe(`
cancelled the task  maria · 14:04
created the task “Rename the flag”  maria · 14:04
failed: exit code 1  orchestrator · 14:04
lost: process 4123 ended by signal 9  orchestrator · 14:03
`);
    const nextDay = momentAfter(24 * 360);
    expect(activityModel(busy(), nextDay)[0]?.description).toBe('maria · 2 Mar 14:04');
  });

  test.each([
    ['.lineclear/archive/1-9-0a.jsonl.gz', 'Older history is archived', 'lineclear.openArchive'],
    [undefined, 'Older history is deleted', undefined],
  ])('the last row says what became of what is not in the log (%s)', (file, label, command) => {
    const history = { upto: 9, sequence: 12, tasks: 2, events: 8, at: '2026-03-02T14:00:00.000Z', file };
    const world = { ...busy(), history };
    const [row] = activityRows(world, { entries: [], before: 'all' }, momentAfter(60)).slice(-1);
    expect(row).toMatchObject({ label, description: '8 events of 2 tasks, up to event 9' });
    expect(row?.command).toBe(command);
  });

  test('the last row says how older activity is seen', () => {
    const world = busy();
    const [more, reading] = (['more', 'reading'] as const).map((before) =>
      activityRows(world, { entries: world.activity, before }, momentAfter(60)).slice(-1),
    );
    expect(lines([...(more ?? []), ...(reading ?? [])])).toBe(`
Show older  before 14:00
Looking for older activity …  press to stop
`);
    expect(more?.[0]?.command).toBe('lineclear.showOlderActivity');
  });

  test('a click opens the change of a file, or else shows the event', () => {
    const rows = activityModel(busy(), momentAfter(60));
    const file = rows.find(({ target }) => target.path !== undefined);
    expect([file?.label, file?.description]).toEqual(['modified src/login.ts +12 −3', 'coder · 14:01']);
    expect(file?.command).toBe('lineclear.openChange');
    expect(rows[0]?.command).toBe('lineclear.showEvent');
  });
});

test('a screen reader hears each row as words: its label, and no marks that only the eye reads', () => {
  const moment = momentAfter(60);
  const world = busy();
  const rows = all([
    ...inboxModel(world, moment),
    ...agentsModel(world, moment),
    ...agentsModel(world, moment, { groupAgents: 'task' }),
    ...tasksModel(world, moment),
    ...activityRows(world, { entries: world.activity, before: 'more' }, moment),
  ]);
  expect(rows.length).toBeGreaterThan(30);
  expect(rows.filter(({ spoken }) => spoken.trim() === '' || spoken.includes(' · '))).toEqual([]);
});
