// oxlint-disable-next-line import/no-unassigned-import -- texts are looked up when the modules below are loaded
import './german.ts';
import { expect, test } from 'vitest';
import { statusOf } from '../../src/vscode/status.ts';
import { inboxModel } from '../../src/vscode/trees/inbox-model.ts';
import { tasksModel } from '../../src/vscode/trees/tasks-model.ts';
import type { TreeNode } from '../../src/vscode/trees/tree-node.ts';
import { fakeApp } from './fake-app.ts';
import { windowOn } from './window-on.ts';
import { created, momentAfter, plan, started, worldOf } from './world-of.ts';

const STEPS = [created('Fix login'), started(), plan(1)];
const world = worldOf(STEPS);
const moment = momentAfter(STEPS.length);

const all = (nodes: readonly TreeNode[]): TreeNode[] =>
  nodes.flatMap((node) => [node, ...all(node.children ?? [])]);

test('rows, their tooltips and what is spoken of them are German', () => {
  const [row] = all(tasksModel(world, moment)).filter(({ id }) => id.startsWith('plan:'));
  expect(row).toMatchObject({
    label: 'Plan',
    description: expect.stringContaining('wird geprüft'),
    spoken: expect.stringContaining('Plan, wird geprüft'),
  });
  expect(row?.tooltip?.().markdown).toContain('**Plan\\, Fassung 1**');
  const [matter] = inboxModel(world, moment);
  expect(matter?.tooltip?.().markdown).toContain('**Aufgabe:** Fix login');
});

test('the status bar is German', () => {
  const status = statusOf({ kind: 'open', root: '/nowhere', app: fakeApp(world) }, world, moment.now);
  expect(status).toMatchObject({
    text: '$(bell-dot) 1 wartend',
    spoken: 'Lineclear: 0 Agenten arbeiten, 1 Sache wartet auf Sie',
  });
});

test('questions and what is said after them are German', async () => {
  const window = windowOn({ world: worldOf(STEPS), answers: ['Smaller steps.'] });
  await window.run('lineclear.requestChanges');
  expect(window.shown).toEqual([
    'Änderungen verlangen: Fix login: Was soll anders sein? Der Planer liest das und macht eine neue Fassung.',
    'Vom Planer wurden Änderungen verlangt.',
  ]);
});
