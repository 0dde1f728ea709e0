import { expect, test } from 'vitest';
import type { Moment } from '../../src/state/wording.ts';
import type { World } from '../../src/state/world.ts';
import { decorationOf, fingerprintOf, markedFiles } from '../../src/vscode/decorations-model.ts';
import { tasksModel } from '../../src/vscode/trees/tasks-model.ts';
import { activityModel } from '../../src/vscode/trees/activity-model.ts';
import { type Step, agent, approved, created, momentAfter, plan, started, worldOf } from './world-of.ts';

const decorationsOf = (world: World, moment: Moment) =>
  new Map([...markedFiles(world)].map(([file, marks]) => [file, decorationOf(world, marks, moment)]));

const changed = (by: string, file_path: string, task = 'login') =>
  [by, 'file.modified', { operation: 'modify', file_path }, task] as const;

const begun = (description: string, task: string) =>
  [created(description, task), started(task), plan(1, task), approved(1, task)] as const;

const shared = () =>
  worldOf([
    ...begun('Fix login', 'login'),
    ...begun('Rate limits', 'rate'),
    agent('coder-1', 'agent.started', 'idle'),
    changed('coder-1', 'src/a.ts'),
    changed('coder-1', 'src/b.ts'),
    changed('coder-2', 'src/a.ts', 'rate'),
  ]);

test('a file tells who changed it, when and in which task; two tasks on one file are a warning', () => {
  expect(Object.fromEntries(decorationsOf(shared(), momentAfter(60)))).toEqual({
    'src/b.ts': {
      badge: 'C',
      tooltip: expect.stringMatching(/^coder.* changed this at 14:\d\d in “Fix login”$/),
    },
    'src/a.ts': {
      badge: '⚠',
      tooltip: expect.stringMatching(
        /^Changed in 2 tasks: coder-2 changed this at .* in “Rate limits”; coder.* changed this at .* in “Fix login”$/,
      ),
      color: 'list.warningForeground',
    },
  });
});

test('of a file that many changed the newest changes are told, and how many there are besides', () => {
  const coders = Array.from({ length: 12 }, (_, index) => `coder-${index + 1}`);
  const world = worldOf([
    ...begun('Fix login', 'login'),
    ...coders.map((coder) => changed(coder, 'src/a.ts')),
  ]);
  const words = decorationsOf(world, momentAfter(60)).get('src/a.ts')?.tooltip.split('; ') ?? [];
  expect(words).toHaveLength(11);
  expect(words[0]).toContain('coder-12');
  expect(words.at(-1)).toBe('and 2 more');
});

/** Of the file that an agent changed which is now in this status. */
const at = (status: 'working' | 'idle') =>
  decorationsOf(
    worldOf([
      ...begun('Fix login', 'login'),
      agent('coder-1', 'agent.started', 'working'),
      changed('coder-1', 'src/a.ts'),
      agent('coder-1', 'agent.health', status),
    ]),
    momentAfter(60),
  ).get('src/a.ts');

test('a file that an agent is at says so, and only while the agent works', () => {
  expect(at('working')).toMatchObject({
    badge: 'C…',
    tooltip: expect.stringMatching(/is at this file now in “Fix login”; coder.* changed this at/),
  });
  expect(at('idle')?.badge).toBe('C');
});

test('whatever changes what a decoration says changes its fingerprint, too, and nothing else does', () => {
  const steps: readonly Step[] = [
    changed('coder-1', 'src/a.ts'),
    changed('coder-1', 'src/b.ts'),
    agent('coder-1', 'agent.started', 'working'),
    changed('coder-2', 'src/a.ts'),
    agent('coder-2', 'agent.started', 'idle', {}, 'rate'),
    changed('coder-2', 'src/a.ts', 'rate'),
    claim('claim.acquired', 'rate'),
    agent('coder-1', 'agent.health', 'idle'),
    claim('claim.released', 'rate'),
    ['coder-1', 'file.deleted', { operation: 'delete', file_path: 'src/a.ts' }, 'login'],
    ['user:maria', 'user.cancelled_task', { user_id: 'user:maria' }, 'login'],
  ];
  const world = worldOf([...begun('Fix login', 'login'), ...begun('Rate limits', 'rate')]);
  const look = () =>
    new Map(
      [...markedFiles(world)].map(([file, marks]) => [
        file,
        [fingerprintOf(world, marks), JSON.stringify(decorationOf(world, marks, momentAfter(600)))] as const,
      ]),
    );
  let before = look();
  for (const [index, step] of steps.entries()) {
    worldOf([step], world);
    const after = look();
    for (const file of ['src/a.ts', 'src/b.ts', 'test/login.test.ts']) {
      const [mark, words] = after.get(file) ?? [];
      const [markBefore, wordsBefore] = before.get(file) ?? [];
      expect([index, file, mark !== markBefore]).toEqual([index, file, words !== wordsBefore]);
    }
    before = after;
  }
});

test('the Activity view begins with the files that two tasks changed', () => {
  const [first] = activityModel(shared(), { entries: [], before: 'all' }, momentAfter(60));
  expect([first?.label, first?.target]).toEqual(['2 tasks changed src/a.ts', { path: 'src/a.ts' }]);
  expect(first?.spoken).toMatch(/^Warning: 2 tasks changed src\/a.ts: coder.* in “Fix login” and coder-2 in/);
});

test('many files that several tasks changed are one row, which opens', () => {
  const files = ['a', 'b', 'c', 'd'].map((name) => `src/${name}.ts`);
  const rows = (count: number) => {
    const world = worldOf([
      ...begun('Fix login', 'login'),
      ...begun('Rate limits', 'rate'),
      ...files
        .slice(0, count)
        .flatMap((file) => [changed('coder-1', file), changed('coder-2', file, 'rate')]),
    ]);
    return activityModel(world, { entries: [], before: 'all' }, momentAfter(60));
  };
  expect(rows(3).map(({ target }) => target)).toEqual(
    ['src/c.ts', 'src/b.ts', 'src/a.ts'].map((path) => ({ path })),
  );
  const [group, ...rest] = rows(4);
  expect(rest).toEqual([]);
  expect([group?.label, group?.spoken]).toEqual([
    'Several tasks changed 4 files',
    'Warning: Several tasks changed 4 files',
  ]);
  expect(group?.children?.map(({ target }) => target.path)).toEqual(files.toReversed());
});

const claim = (type: 'claim.acquired' | 'claim.released', task: string): Step => [
  'orchestrator',
  type,
  { file_path: 'test/login.test.ts', agent_id: 'coder-1', index: 0 },
  task,
];

test('a file that a task has claimed is held, of two that claimed it by the first, until it is given back', () => {
  const world = worldOf([
    ...begun('Fix login', 'login'),
    ...begun('Rate limits', 'rate'),
    agent('coder-1', 'agent.started', 'idle', {}, 'login'),
    claim('claim.acquired', 'login'),
    claim('claim.acquired', 'rate'),
  ]);
  const file = 'test/login.test.ts';
  const held = () => decorationsOf(world, momentAfter(60)).get(file);
  expect(held()).toEqual({
    badge: 'C',
    tooltip: 'coder (gemini) holds this for the chunk “Reproduce the failure” of “Fix login”',
    color: 'charts.blue',
  });
  worldOf([changed('coder-1', file), claim('claim.released', 'login')], world);
  expect(held()?.tooltip).toMatch(
    /^An agent holds this .* “Rate limits”; coder .* changed this at .* “Fix login”$/,
  );
  worldOf([claim('claim.released', 'rate')], world);
  expect(held()?.tooltip).not.toContain('holds');
});

test('below a task stands for which file it waits, and who holds it', () => {
  const denied = { file_path: 'test/login.test.ts', agent_id: 'coder-2', index: 0, held_by: 'coder-1' };
  const world = worldOf([
    ...begun('Fix login', 'login'),
    ...begun('Rate limits', 'rate'),
    claim('claim.acquired', 'login'),
    ['orchestrator', 'claim.denied', { ...denied, held_by_task: 'login' }, 'rate'],
  ]);
  const first = () => {
    const [rate] = tasksModel(world, momentAfter(60));
    return [rate?.label, rate?.children?.[0]?.label];
  };
  expect(first()).toEqual(['Rate limits', 'waits for test/login.test.ts, held by the coder of “Fix login”']);
  worldOf([claim('claim.released', 'login')], world);
  expect(first()).toEqual(['Rate limits', 'Plan']);
});
