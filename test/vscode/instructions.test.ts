import { expect, test } from 'vitest';
import type { App, InstructionFile } from '../../src/app.ts';
import { createWorld } from '../../src/state/world.ts';
import {
  keepInstructions,
  showInstructionChange,
  takeOverInstructions,
  undoInstructions,
} from '../../src/vscode/handlers/instructions.ts';
import { MemoryFeed } from '../../src/vscode/memory-feed.ts';
import { statusOf } from '../../src/vscode/status.ts';
import { driftNodes, instructionNodes } from '../../src/vscode/trees/instructions-model.ts';
import { treeText } from '../../src/vscode/trees/tree-node.ts';
import { fakeApp } from './fake-app.ts';
import { fakeScreen } from './fake-screen.ts';
import { logContext } from './log-context.ts';

const files: readonly InstructionFile[] = [
  { path: 'AGENTS.md', state: { kind: 'same' } },
  { path: 'CLAUDE.md', state: { kind: 'edited' } },
  { path: 'GEMINI.md', state: { kind: 'link', to: 'AGENTS.md' } },
  { path: 'QWEN.md', state: { kind: 'deleted' } },
  { path: 'a.md', state: { kind: 'problem', reason: { kind: 'second begin' }, line: 7 } },
];

test('instruction files are in the view Memory; those that somebody changed are in the Inbox', () => {
  expect(treeText(instructionNodes(files))).toBe(`Instruction files  5 · 2 changed
  AGENTS.md  the same
  CLAUDE.md  edited
  GEMINI.md  link to AGENTS.md
  QWEN.md  deleted
  a.md  line 7 is a second begin of a section`);
  expect(treeText(driftNodes(files))).toBe(`Instructions edited: CLAUDE.md  take it over, or undo it
Instruction file deleted: QWEN.md  take it over, or undo it`);
  expect(instructionNodes([])).toEqual([]);
  const labels = driftNodes(files).map(({ label }) => label);
  expect(statusOf({ kind: 'none', root: '/nowhere' }, createWorld(), 0, undefined, labels)).toMatchObject({
    text: '$(bell-dot) 2 waiting',
    tooltip: expect.stringContaining('CLAUDE'),
    command: 'lineclear.inbox.focus',
  });
});

/** A window in which a person gives these answers, and an app with these files; what is done is shown, too. */
function windowWith(isOn: boolean, found: readonly InstructionFile[], ...answers: (string | undefined)[]) {
  const { shown, ...screen } = fakeScreen(...answers);
  const app = fakeApp(createWorld());
  const instructions: App['instructions'] = {
    ...app.instructions,
    isOn,
    look: async () => found,
    plan: async () => [
      { change: 'changed', title: 'Tests' },
      { change: 'written', title: 'Style' },
    ],
    takeOver: async (path) => (shown.push(`taken over: ${path}`), []),
    undo: async (path) => void shown.push(`undone: ${path}`),
    switch: (on) => void shown.push(`switched ${on ? 'on' : 'off'}`),
  };
  const context = logContext({ ...app, instructions, readConfig: () => undefined }, screen);
  return { context, shown };
}

test('nothing is kept in a folder that nobody trusts', async () => {
  const kept: string[] = [];
  let isTrusted = false;
  const feed = new MemoryFeed({
    onChange: () => undefined,
    onRead: () => undefined,
    keepsFiles: () => isTrusted,
    onProblems: () => undefined,
    report: () => undefined,
  });
  const app: App = {
    ...fakeApp(createWorld()),
    keepMemoryFiles: () => void kept.push('notes'),
    keepInstructions: () => void kept.push('instructions'),
  };
  await feed.begin(app);
  expect(kept).toEqual([]);
  isTrusted = true;
  await feed.begin(app);
  expect(kept).toEqual(['notes', 'instructions']);
});

test('what would change is shown before a person switches it on', async () => {
  const due = files.slice(0, 2).map(({ path }): InstructionFile => ({ path, state: { kind: 'due' } }));
  const { context, shown } = windowWith(false, due, 'Switch On');
  await keepInstructions(context);
  expect(shown).toEqual([
    'preview of AGENTS.md, CLAUDE.md',
    'Keep Instruction Files the Same: Nothing is written yet. What is outside of the section is never touched.\nSwitch On  writes the section into AGENTS.md, CLAUDE.md',
    'switched on',
    'Instruction files are kept the same.',
  ]);
  const left = windowWith(false, due, undefined);
  await keepInstructions(left.context);
  expect(left.shown).toHaveLength(2);
  const none = windowWith(false, []);
  await keepInstructions(none.context);
  expect(none.shown.join()).toContain('There is no instruction file here yet');
  const on = windowWith(true, files, 'Switch Off');
  await keepInstructions(on.context);
  expect(on.shown).toContain('switched off');
});

test('a change is shown, taken over after saying what becomes of the notes, or undone', async () => {
  const { context, shown } = windowWith(true, files, 'CLAUDE.md', 'Take Over', 'Undo', undefined);
  await takeOverInstructions(context, {});
  await undoInstructions(context, { path: 'QWEN.md' });
  await undoInstructions(context, { path: 'CLAUDE.md' });
  await showInstructionChange(context, { path: 'CLAUDE.md' });
  expect(shown).toEqual([
    'Take Over Instructions: Which file?\nCLAUDE.md\nQWEN.md',
    'Take over what was made of CLAUDE.md? Changed: Tests\nNew note: Style [Take Over]',
    'taken over: CLAUDE.md',
    'CLAUDE.md is taken over.',
    'Write the section of QWEN.md as the notes say? The file is made again, with the section and nothing else. [Undo]',
    'undone: QWEN.md',
    'QWEN.md is as the notes say.',
    'Write the section of CLAUDE.md as the notes say? What is outside of the section stays. What was in it is kept in the log. [Undo]',
    'instructions of CLAUDE.md',
  ]);
  await expect(showInstructionChange(context, { path: 'AGENTS.md' })).rejects.toMatchObject({
    code: 'not_waiting',
  });
});
