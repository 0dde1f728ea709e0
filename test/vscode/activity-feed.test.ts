import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openApp } from '../../src/app.ts';
import { openLog } from '../../src/log/open.ts';
import { ActivityFeed, type ActivityRows } from '../../src/vscode/activity-feed.ts';

const texts = ({ entries }: ActivityRows) => entries.map(({ text }) => text);

const change = (number: number) => {
  const by = number % 2 === 0 ? 'even' : 'odd';
  const data = { operation: 'modify' as const, file_path: `file ${number}` };
  return { type: 'file.modified' as const, source: 'test', source_agent_id: by, call_chain: [by], data };
};

/** A log of so many changed files, `file 1` the oldest, each by one of two agents. */
async function logOf(files: number) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s a feed '));
  const file = path.join(root, '.lineclear', 'log.db');
  fs.mkdirSync(path.dirname(file));
  const { log, close } = await openLog({ backend: 'sqlite', file, tenantId: 'local', durability: 'process' });
  await log.append(Array.from({ length: files }, (_, index) => change(index + 1)));
  await close();
  const app = await openApp({ root, source: 'vscode' });
  onTestFinished(async () => {
    await app.close();
    fs.rmSync(root, { recursive: true, force: true });
  });
  await app.refresh();
  return { app, add: (number: number) => app.emit(change(number)) };
}

function feedOf(app: Awaited<ReturnType<typeof logOf>>['app'], filter = {}) {
  const watchers = new Set<() => void>();
  const feed = new ActivityFeed(
    {
      app: () => app,
      onChange: () => {
        for (const watch of watchers) watch();
      },
      report: (what, error) => {
        throw new Error(what, { cause: error });
      },
    },
    filter,
  );
  feed.begin(app.world);
  return {
    feed,
    /** Resolves when nothing is being read any more. */
    async settled(act: () => void): Promise<ActivityRows> {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = () => feed.rows(app.world).before !== 'reading' && resolve();
      watchers.add(look);
      act();
      look();
      await promise.finally(() => watchers.delete(look));
      return feed.rows(app.world);
    },
  };
}

test('older rows come from what the state keeps, then from the log, down to the first', async () => {
  const { app } = await logOf(900);
  const { feed, settled } = feedOf(app);
  const first = feed.rows(app.world);
  expect([first.entries.length, first.before]).toEqual([200, 'more']);
  for (const rows of [400, 600, 800]) {
    expect((await settled(() => feed.showOlder())).entries).toHaveLength(rows);
  }
  const last = await settled(() => feed.showOlder());
  expect(last.before).toBe('all');
  expect(texts(last)).toEqual(Array.from({ length: 900 }, (_, index) => `modified file ${index + 1}`));
});

test('a filter that is set looks back into the log, and new things that fit come in once', async () => {
  const { app, add } = await logOf(700);
  const { feed, settled } = feedOf(app);
  const rows = await settled(() => {
    feed.begin(app.world, { who: 'odd', text: 'FILE 1' });
    feed.search();
  });
  expect(rows.before).toBe('all');
  expect(texts(rows)[0]).toBe('modified file 1');
  expect(rows.entries.every(({ who, text }) => who === 'odd' && text.includes('file 1'))).toBe(true);
  const event = await add(1701);
  feed.add([event]);
  feed.add([event]);
  await add(1702);
  expect(texts(feed.rows(app.world)).slice(-2)).toEqual(['modified file 199', 'modified file 1701']);
});

test('reading can be stopped, and goes on from there', async () => {
  const { app } = await logOf(700);
  const { feed, settled } = feedOf(app);
  const stopped = await settled(() => {
    feed.begin(app.world, { text: 'file 1' });
    feed.search();
    expect(feed.rows(app.world).before).toBe('reading');
    feed.showOlder();
  });
  expect(stopped.before).toBe('more');
  expect((await settled(() => feed.showOlder())).before).toBe('all');
});
