import { describe, expect, test } from 'vitest';
import { markdownText, noticeText, oneLine, pickText } from '../../src/vscode/inert-text.ts';
import { noticeOf } from '../../src/vscode/notifier.ts';
import { activityModel } from '../../src/vscode/trees/activity-model.ts';
import { agentsModel } from '../../src/vscode/trees/agents-model.ts';
import { inboxModel } from '../../src/vscode/trees/inbox-model.ts';
import { tasksModel } from '../../src/vscode/trees/tasks-model.ts';
import type { TreeNode } from '../../src/vscode/trees/tree-node.ts';
import { agent, momentAfter, started, worldOf } from './world-of.ts';

const EVIL =
  '<script>alert(1)</script>[x](command:workbench.action.terminal.new) $(trash) ![i](https://e.example/i.png) https://e.example\n# H\u202e\u0007`c` **b**';
const LONG = `${'very long '.repeat(800)}\u{1f600}`;

/**
 * A world in which every text that an agent or person can write is this one. Names and what a person types have no
 * control characters, and names are short: the contract refuses others.
 */
function worldSaying(text: string) {
  const typed = text.replaceAll('\u0007', '');
  const name = typed.replaceAll('\n', ' ').slice(0, 190);
  return worldOf([
    ['user:x', 'task.created', { description: typed, interactive: true }],
    started(),
    agent(name, 'agent.started', 'working', { agent_name: text, reason: text }),
    [name, 'agent.progress', { progress: 0.5, stage: text, description: text }],
    [
      name,
      'plan.ready',
      {
        revision: 1,
        plan: text,
        chunks: [
          { title: text, files: [text], description: text },
          { title: text, files: [text, `${text}2`] },
        ],
      },
    ],
    [name, 'question.asked', { question_id: name, question: text, options: [text, text] }],
    [
      name,
      'permission.requested',
      { request_id: name, title: text, kind: text, command: text, file_paths: [text], preview: text },
    ],
    [name, 'file.modified', { operation: 'modify', file_path: text }],
    ['orchestrator', 'task.created', { description: typed, interactive: true, title: typed }, 'second'],
    ['orchestrator', 'task.failed', { error_message: text, next: text }, 'second'],
    agent(`${name}2`, 'agent.failed', 'failed', { agent_name: text, error_message: text }),
  ]);
}

const rowsOf = (text: string): TreeNode[] => {
  const world = worldSaying(text);
  const moment = momentAfter(60);
  const all = (nodes: readonly TreeNode[]): TreeNode[] =>
    nodes.flatMap((node) => [node, ...all(node.children ?? [])]);
  return all([
    ...inboxModel(world, moment),
    ...agentsModel(world, { groupAgents: 'state', sortAgents: 'waiting' }, moment),
    ...agentsModel(world, { groupAgents: 'kind', sortAgents: 'name' }, moment),
    ...agentsModel(world, { groupAgents: 'task', sortAgents: 'seen' }, moment),
    ...tasksModel(world, moment),
    ...activityModel(world, { entries: world.activity, before: 'more' }, moment),
  ]);
};

/** Markdown whose backslash escapes have been taken out together with what they escape. */
const active = (markdown: string): string => markdown.replaceAll(/\\[^\w\s]/g, '');

describe('a text of an agent', () => {
  test('is one printable line in every row', () => {
    const rows = rowsOf(EVIL);
    expect(rows.length).toBeGreaterThan(12);
    for (const { label, description = '', spoken } of rows) {
      // oxlint-disable-next-line no-control-regex -- these are what must not be there
      expect(`${label}${description}${spoken}`).not.toMatch(/[\n\u0000-\u001f\u202e]/);
    }
  });

  test('makes no link, image, HTML, icon or heading in a tooltip; only our own links are there', () => {
    for (const row of rowsOf(EVIL)) {
      const tooltip = row.tooltip?.();
      const markdown = active(tooltip?.markdown ?? '');
      expect(markdown).not.toMatch(/[<>!$`#]|https?:/);
      for (const [, command = ''] of markdown.matchAll(/\]\(command:([\w.]+)/g)) {
        expect(tooltip?.commands).toContain(command);
      }
      expect(markdown.match(/\]\((?!command:lineclear\.)/)).toBeNull();
    }
  });

  test('however long, makes rows and tooltips that stay small', () => {
    for (const { label, description = '', tooltip } of rowsOf(LONG)) {
      expect(label.length).toBeLessThanOrEqual(260);
      expect(description.length).toBeLessThanOrEqual(400);
      expect(tooltip?.().markdown.length ?? 0).toBeLessThan(20_000);
    }
  });

  test('makes no link in a notification', () => {
    const world = worldSaying(EVIL);
    for (const item of world.inbox) {
      expect(noticeText(noticeOf(world, item).message)).not.toMatch(/\]\(/);
    }
  });
});

describe('inert text', () => {
  test.each([
    ['a\nb\tc', 'a b c'],
    ['  \u202eevil\u202c ', 'evil'],
    ['x'.repeat(200), `${'x'.repeat(159)}…`],
    [`${'x'.repeat(158)}\u{1f600}yy`, `${'x'.repeat(158)}…`],
  ])('%j as one line', (text, expected) => {
    expect(oneLine(text)).toBe(expected);
  });

  test('Markdown is escaped mark by mark', () => {
    expect(markdownText('a_b [c](d)')).toBe(String.raw`a\_b \[c\]\(d\)`);
  });

  test('a quick pick draws no icon, a notification makes no link', () => {
    expect(pickText('$(trash) [a](command:b)')).toBe(String.raw`\$(trash) [a] (command:b)`);
  });
});
