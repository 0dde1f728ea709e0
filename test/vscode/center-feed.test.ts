import { expect, test } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { createWorld } from '../../src/state/world.ts';
import type { CenterMessage } from '../../src/ui/center/protocol.ts';
import { CenterFeed } from '../../src/vscode/center-feed.ts';
import * as e from '../state/events.ts';

const NOON = Date.parse('2026-03-01T12:00:00Z');

/** A log in memory that can grow, one event a second from noon on, and the page that follows it. */
function feedOf(count: number, now = NOON + count * 1000) {
  const events: AgentEvent[] = [];
  const world = createWorld();
  const grow = (by: number, tokens = 1) => {
    const call = e.step(
      'provider.called',
      { provider: 'p', model: 'm', tokens_used: tokens },
      { by: 'coder-1' },
    );
    for (const event of e.logOf(
      Array.from({ length: by }, () => call),
      events.length,
    )) {
      events.push(event);
      world.apply(event);
    }
  };
  grow(count);
  const posted: CenterMessage[] = [];
  const feed = new CenterFeed({
    app: {
      world,
      async *events({ after = 0, until = Infinity, limit = Infinity } = {}) {
        yield* events.slice(after, Math.min(until, after + limit));
      },
    },
    post: (message) => posted.push(message),
    onError: (error) => {
      throw error;
    },
    now: () => now,
  });
  /** The sequences that the page has, as it puts them together. */
  const page = () => {
    let sequences: number[] = [];
    for (const message of posted) {
      if (message.type !== 'items') continue;
      const own = message.items.map(({ sequence }) => sequence);
      if (message.place === 'first') sequences = [];
      else if (message.place === 'older') sequences = [...own, ...sequences];
      else sequences = [...sequences, ...own];
    }
    return sequences;
  };
  return { feed, grow, page, posted };
}

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

test('a page gets the events of the last hours, older ones when it asks, and new ones, each once', async () => {
  const { feed, grow, page, posted } = feedOf(9500);
  await feed.start();
  // Two hours are 7200 events: the page that holds the first of them is sent whole.
  expect(page()).toEqual(upTo(9500, 1501));
  expect(posted.at(-1)).toMatchObject({ has_older: true });
  grow(1500);
  await feed.pull();
  await feed.older();
  grow(1);
  await Promise.all([feed.pull(), feed.pull(), feed.older()]);
  expect(page()).toEqual(upTo(11_001));
  await feed.older();
  expect(page()).toEqual(upTo(11_001));
  expect(posted.at(-1)).toMatchObject({ has_older: false });
});

test('what was used today is known though the page has only a part of the day', async () => {
  const { feed, page } = feedOf(20_000);
  expect(feed.figures.is_whole).toBe(false);
  await feed.start();
  expect(page().length).toBeLessThanOrEqual(10_000);
  expect(feed.figures).toMatchObject({ today: { tokens_used: 20_000 }, is_whole: true });
  expect(feed.figures.events_per_minute).toBe(60);
});

test('a page that is gone gets nothing more', async () => {
  const { feed, posted } = feedOf(5000);
  const started = feed.start();
  feed.close();
  await started;
  await feed.pull();
  expect(posted.length).toBeLessThanOrEqual(1);
});
