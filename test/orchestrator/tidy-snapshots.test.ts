import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { loadWorld } from '../../src/followed-world.ts';
import { openLog } from '../../src/log/open.ts';
import { serve } from '../../src/orchestrator/serve.ts';
import { wantedSnapshots } from '../../src/orchestrator/tidy-snapshots.ts';
import { pruneSnapshots } from '../../src/workspace/prune-snapshots.ts';
import { openSnapshots } from '../../src/workspace/snapshots.ts';
import * as e from '../state/events.ts';
import { worldAfter } from '../state/given.ts';
import { fakeAgents, obey } from './fake-agent.ts';
import { commitAll } from './git.ts';
import { quiet } from './quiet.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s tidy '));
  fs.mkdirSync(path.join(root, '.lineclear'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
});

const snapshots = (folder = root) => openSnapshots(root, folder);
const logId = 'this log';

/** The snapshot of the folder with this text in its file. */
async function taken(text: string): Promise<string> {
  fs.writeFileSync(path.join(root, 'a.txt'), text);
  return (await snapshots().take()).id;
}

const repository = () => path.join(root, '.lineclear', 'snapshots.git');

const indexes = () => fs.readdirSync(repository()).filter((name) => name.startsWith('index-'));

/** As if all that there is had been there for two days. */
function age(): void {
  const then = new Date(Date.now() - 48 * 3_600_000);
  for (const name of fs.readdirSync(repository(), { recursive: true, encoding: 'utf8' }))
    fs.utimesSync(path.join(repository(), name), then, then);
}

const textIn = async (id: string) => (await snapshots().read(id, 'a.txt'))?.content.toString();
const isGone = (id: string) => expect(textIn(id)).rejects.toMatchObject({ code: 'scope_conflict' });

test.each(['alone', 'beside a repository'])(
  'what is wanted, young, or there now is kept, the rest goes: %s',
  async (where) => {
    if (where !== 'alone') {
      fs.writeFileSync(path.join(root, 'a.txt'), 'committed');
      commitAll(root);
    }
    const [wanted, old, now] = [await taken('wanted'), await taken('old'), await taken('now')];
    await pruneSnapshots({ root, logId, ids: [wanted], folders: [root] });
    expect(await textIn(old)).toBe('old');
    age();
    const young = await taken('young');
    await taken('now');
    const gone = '0123456789'.repeat(4);
    await pruneSnapshots({ root, logId, ids: [wanted, gone], folders: [root] });
    await isGone(old);
    expect([await textIn(wanted), await textIn(young), await textIn(now)]).toEqual([
      'wanted',
      'young',
      'now',
    ]);
    // What is there now is still looked at, and compared with what was.
    const again = await taken('again');
    expect(await snapshots().changes(wanted, again)).toMatchObject([
      { file_path: 'a.txt', operation: 'modify' },
    ]);

    age();
    await pruneSnapshots({ root, logId, ids: [], folders: [root] });
    await isGone(wanted);
    expect(await textIn(again)).toBe('again');
  },
);

test('what another log wants in the same folder is kept', async () => {
  const theirs = await taken('theirs');
  await taken('now');
  await pruneSnapshots({ root, logId: 'another log', ids: [theirs], folders: [root] });
  age();
  await pruneSnapshots({ root, logId, ids: [], folders: [root] });
  expect(await textIn(theirs)).toBe('theirs');
});

test('the index of a worktree that is gone goes, that of the workspace stays', async () => {
  const worktree = path.join(root, '.lineclear', 'worktrees', 'one');
  fs.mkdirSync(worktree, { recursive: true });
  await snapshots(worktree).take();
  await taken('now');
  age();
  await pruneSnapshots({ root, logId, ids: [], folders: [root, worktree] });
  expect(indexes()).toHaveLength(2);
  await pruneSnapshots({ root, logId, ids: [], folders: [root] });
  expect(indexes()).toHaveLength(1);
});

const looked = (snapshot: string) =>
  e.step('workspace.synced', { file_count: 1, snapshot, purpose: 'chunk', number: 0 });

test('wanted is what tasks that go on are compared with, and what can be put back', () => {
  const story = [
    ...e.upTo.executing,
    looked('first'),
    e.chunkStarted(),
    e.step('scope.exceeded', {
      file_path: 'b.txt',
      allowed_files: [],
      purpose: 'chunk',
      number: 0,
      snapshot: 'excess',
    }),
    looked('turn'),
  ];
  expect(wantedSnapshots(worldAfter(story), root)).toEqual({
    ids: ['first', 'turn', 'excess'],
    folders: [root],
  });
  const ended = [...story, e.cancelled(), e.stopped()];
  expect(wantedSnapshots(worldAfter(ended), root).ids).toEqual(['excess']);
});

test('an orchestrator that has nothing to do deletes old snapshots before it ends', async () => {
  const [old, now] = [await taken('old'), await taken('now')];
  age();
  const file = path.join(root, '.lineclear', 'log.db');
  const backend = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
  onTestFinished(() => backend.close());
  const { startAgent } = fakeAgents({ play: obey });
  const options = {
    ...backend,
    backend,
    loadWorld: () => loadWorld(backend.log, backend.snapshots),
    settings: { ...quiet.settings, idleExit: 0 },
    cwd: root,
    startAgent,
    note: () => undefined,
    stay: false,
    alone: true,
    version: '1.0.0',
  };
  expect(await serve(options, new AbortController().signal)).toBe('idle');
  await isGone(old);
  expect(await textIn(now)).toBe('now');
});
