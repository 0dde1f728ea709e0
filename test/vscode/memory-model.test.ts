import { describe, expect, test } from 'vitest';
import { MemoryFold } from '../../src/state/memory.ts';
import type { AgentEvent } from '../../src/contract/event.ts';
import { memoryModel } from '../../src/vscode/trees/memory-model.ts';
import { withConflicts } from '../../src/state/conflicts.ts';
import { createWorld } from '../../src/state/world.ts';
import type { LogState } from '../../src/vscode/log-session.ts';
import { Notifier, noticeOf } from '../../src/vscode/notifier.ts';
import { statusOf } from '../../src/vscode/status.ts';
import { inboxModel } from '../../src/vscode/trees/inbox-model.ts';
import { treeText } from '../../src/vscode/trees/tree-node.ts';
import type { EventData, EventType } from '../../src/contract/catalog.ts';
import { decodeEvent } from '../../src/contract/decode.ts';

const idOf = (sequence: number): string => `01890000-0000-7000-9000-${String(sequence).padStart(12, '0')}`;
const hash = (digit: number): string => `sha256:${String(digit).repeat(64)}`;
const moment = { now: Date.parse('2026-11-20T10:01:00Z'), timeZone: 'UTC' };

/** Events in a row, one a second from 10:00:00 on. */
function memoryOf(
  ...events: readonly { [T in EventType]: readonly [who: string, type: T, data: EventData<T>] }[EventType][]
) {
  const fold = new MemoryFold();
  for (const [index, [who, type, data]] of events.entries()) {
    const sequence = index + 1;
    const event: AgentEvent = decodeEvent({
      id: idOf(sequence),
      sequence,
      type,
      version: 1,
      timestamp: `2026-11-20T10:00:0${sequence}Z`,
      tenant_id: 'local',
      source: 'test',
      source_agent_id: who,
      call_chain: [who],
      priority: 'normal',
      correlation_id: idOf(sequence),
      context_refs: [],
      data,
    });
    fold.apply(event);
  }
  return { state: fold, problems: [], instructions: [] };
}

const note = (title: string, digit: number, who: string, base?: number) => ({
  note_id: 'n1',
  user_id: 'anna',
  agent_id: who,
  domain: 'api',
  content_hash: hash(digit),
  title,
  slug: 'limits',
  base_id: base === undefined ? undefined : idOf(base),
});

describe('the view Memory', () => {
  test('has notes by domain and contexts by agent, with who and when', () => {
    const shown = memoryOf(
      ['coder-1', 'memory.written', note('Limits', 1, 'coder-1')],
      [
        'user:anna',
        'memory.written',
        { ...note('Look', 2, 'user:anna'), note_id: 'n2', domain: 'ui', slug: 'look' },
      ],
      ['mary', 'context.updated', { agent_id: 'mary', patch: { status: 'active', at: { line: 2 } } }],
    );
    const reason = { kind: 'field', field: 'tags', detail: 'Invalid input' } as const;
    const problems = [{ path: 'api/bad.md', line: 3, reason }];
    expect(`\n${treeText(memoryModel({ ...shown, problems }, moment))}\n`).toBe(`
Files to look at  1
  api/bad.md:3  tags must be a list of at most 50 words or lines
api  1
  Limits  coder-1 · 50 s
ui  1
  Look  anna · 50 s
Contexts of agents  1
  mary  50 s
    status  active · mary · 50 s
    at  {"line":2} · mary · 50 s
`);
    expect(treeText(memoryModel(shown, moment, ['n2', 'gone']).slice(0, 1))).toBe(
      'Pinned  1\n  Look  ui · anna · 50 s',
    );
    expect(memoryModel(undefined, moment)).toEqual([]);
  });

  test('says of what was changed on two sides that it is; so do Inbox, status bar and a notification', () => {
    const shown = memoryOf(
      ['coder-1', 'memory.written', note('Limits', 1, 'coder-1')],
      ['coder-1', 'memory.updated', note('Limits', 2, 'coder-1', 1)],
      ['user:anna', 'memory.updated', note('Limits', 3, 'user:anna', 1)],
      [
        'user:anna',
        'memory.conflicted',
        { ...note('Limits', 2, 'user:anna'), other_id: idOf(3), other_hash: hash(3) },
      ],
      ['mary', 'context.updated', { agent_id: 'mary', patch: {} }],
      ['mary', 'context.updated', { agent_id: 'mary', patch: { status: 'active' }, base_id: idOf(5) }],
      ['user:anna', 'context.updated', { agent_id: 'mary', patch: { status: 'idle' }, base_id: idOf(5) }],
    );
    expect(`\n${treeText(memoryModel(shown, moment))}\n`).toBe(`
api  1 · 1 in two versions
  Limits  two versions · coder-1 · 50 s
Contexts of agents  1
  mary  50 s
    status  idle · mary says active · anna · 50 s
`);
    const state: LogState = { kind: 'none', root: '/' };
    const told: string[] = [];
    const notifier = new Notifier({
      isOn: () => true,
      isFocused: () => true,
      isPlanInSight: () => false,
      now: () => moment.now,
      show: ({ message, actions }) =>
        told.push(`${message}${actions.map(({ title }) => ` [${title}]`).join('')}`),
    });
    const empty = createWorld();
    const world = withConflicts(empty, () => shown.state);
    notifier.start(empty);
    notifier.worldChanged(withConflicts(empty, () => undefined));
    expect(told).toEqual([]);
    notifier.worldChanged(world);
    expect(treeText(inboxModel(world, moment))).toBe(
      'Two versions: Limits  coder-1 · anna · 50 s\nTwo values: status of mary  idle by anna · active by mary · 50 s',
    );
    expect(statusOf(state, world, moment.now)?.text).toBe('$(bell-dot) 2 waiting');
    expect(told).toEqual(['2 things wait for you: Two versions: Limits; Two values: status of mary [Show]']);
    expect(world.inbox.map((item) => noticeOf(world, item).message)).toEqual([
      'The note “Limits” was changed by coder-1 and anna at the same time. Both versions are kept.',
      '“status” of mary was set at the same time to idle by anna and to active by mary.',
    ]);
    notifier.start(empty);
    notifier.passOver(world.inbox);
    notifier.worldChanged(world);
    expect(told).toHaveLength(1);
  });
});
