import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { settle } from '../../src/vscode/handlers/settle.ts';
import { pinNote } from '../../src/vscode/handlers/notes.ts';
import { fakeScreen } from './fake-screen.ts';
import { logContext } from './log-context.ts';

/** A window on a new log, whose person gives these answers. */
async function openWindow(...answers: string[]) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-conflicts-'));
  const app = await openApp({ root, source: 'vscode' });
  onTestFinished(async () => {
    await app.close();
    fs.rmSync(root, { recursive: true });
  });
  const screen = fakeScreen(...answers);
  return { app, context: logContext(app, screen), screen, memory: await app.memory() };
}

test('of the values that several set at the same time a person takes one', async () => {
  const { app, context, screen, memory } = await openWindow('active');
  const by = (agent: string) => app.author(agent);
  await memory.updateAgentContext({ agentId: 'mary', patch: { x: 1 } }, by('mary'));
  const base = memory.state.contexts.get('mary')?.event_id;
  for (const [who, status] of [
    ['mary', 'active'],
    ['tom', 'away'],
    ['ann', 'gone'],
  ] as const)
    await memory.updateAgentContext({ agentId: 'mary', patch: { status }, base }, by(who));
  expect(app.world.inbox).toHaveLength(1);
  await settle(context, {});
  expect(screen.shown).toEqual([
    [
      'Take a Value for “status” of mary: The other one stays in the log.',
      'gone  ann · the value that all see · just now',
      'away  tom · the other value · just now',
      'active  mary · the other value · just now',
    ].join('\n'),
    '“status” of mary has one value again.',
  ]);
  expect((await memory.getUnifiedContext()).agents).toEqual({ mary: { x: 1, status: 'active' } });
  expect(app.world.inbox).toEqual([]);
});

test('two versions of a note are merged in an editor, or one is taken; a note is pinned and unpinned', async () => {
  const { app, context, screen, memory } = await openWindow('Merge…', 'mary');
  const { note } = await memory.write({ domain: 'api', slug: 'limits', text: 'Ten.\n' }, app.author('tom'));
  await memory.update(note.note_id, { text: 'Twenty.\n' }, app.author('tom'));
  await memory.update(note.note_id, { text: 'Thirty.\n' }, app.author('mary'), note.event_id);
  await settle(context, {});
  expect(screen.shown.at(-1)).toBe(`merge ${note.note_id}`);
  await settle(context, {});
  expect((await memory.get(note.note_id)).text).toBe('Thirty.\n');
  await pinNote(context, {}, true);
  expect(context.views.options.pinnedNotes).toEqual([note.note_id]);
  await expect(pinNote(context, {}, true)).rejects.toMatchObject({ code: 'note_not_found' });
  await pinNote(context, {}, false);
  expect(context.views.options.pinnedNotes).toEqual([]);
});
