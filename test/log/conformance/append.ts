import { describe, expect, test } from 'vitest';
import { newEventId } from '../../../src/log/event-id.ts';
import type { Fixture } from '../conformance.ts';
import { output, outputs, progress, range, readAll, sequences, texts, untyped } from '../drafts.ts';

const task = (version: number) => ({ expectedVersion: { taskId: 'task-1', version } });

export function describeAppend({ open, sharedByTenants }: Fixture): void {
  describe('append', () => {
    test('numbers events 1, 2, 3 … in the order of the drafts and returns them as they are read', async () => {
      const { log } = await open();
      const first = await log.append([output('a'), output('b', { task_id: 'task-1' })]);
      const second = await log.append([output('c')]);
      expect(sequences([...first, ...second])).toEqual([1, 2, 3]);
      expect(await readAll(log)).toEqual([...first, ...second]);
      expect(await log.head()).toBe(3);
    });

    test('fills in the defaults and the tenant', async () => {
      const now = new Date('2030-01-02T03:04:05.678Z');
      const { log } = await open({ now: () => now });
      const [event] = await log.append([output('a')]);
      expect(event).toMatchObject({
        tenant_id: 'acme',
        version: 1,
        timestamp: now.toISOString(),
        priority: 'normal',
        correlation_id: event?.id,
        context_refs: [],
      });
    });

    test('keeps every field of the envelope and any text', async () => {
      const { log } = await open();
      const draft = output('naïve 🚂 "quoted"\n\u2028 \\ end', {
        id: newEventId(),
        timestamp: '2020-02-02T02:02:02.000Z',
        task_id: 'task-1',
        call_chain: ['user:test', 'planner', 'coder-1'],
        priority: 'critical',
        correlation_id: 'correlation',
        causation_id: 'causation',
        context_refs: [`blob:${'0a'.repeat(32)}`],
      });
      const expected = { ...draft, sequence: 1, version: 1, tenant_id: 'acme' };
      expect(await log.append([draft])).toEqual([expected]);
      expect(await readAll(log)).toEqual([expected]);
    });

    test('of nothing appends nothing', async () => {
      const { log } = await open();
      expect(await log.append([])).toEqual([]);
      expect(await log.head()).toBe(0);
    });

    test('called many times at once keeps each call together, and all of them in order', async () => {
      const { log } = await open();
      const calls = await Promise.all(
        range(0, 99).map((call) => log.append(outputs(3, call * 3).slice(0, (call % 3) + 1))),
      );
      expect(sequences(calls.flat())).toEqual(range(1, calls.flat().length));
      expect(await readAll(log)).toEqual(calls.flat());
    });

    test('from two peers at once leaves no gap', async () => {
      const [a, b] = [await open(), await open()];
      const calls = await Promise.all(
        range(0, 99).flatMap((call) => [a.log.append(outputs(2, call)), b.log.append(outputs(2, call))]),
      );
      expect(sequences(calls.flat()).toSorted((x, y) => x - y)).toEqual(range(1, 400));
      expect(sequences(await readAll(a.log))).toEqual(range(1, 400));
    });

    test('stores what the draft was when it was called', async () => {
      const { log } = await open();
      const draft = output('before');
      const pending = log.append([draft]);
      draft.data.text = 'after';
      draft.call_chain.push('late');
      expect(await pending).toMatchObject([{ data: { text: 'before' }, call_chain: ['user:test'] }]);
      expect(texts(await readAll(log))).toEqual(['before']);
    });
  });

  describe('append of an id that is stored already', () => {
    test('returns the stored event and appends nothing', async () => {
      const { log } = await open();
      const draft = output('a', { id: newEventId() });
      const first = await log.append([draft]);
      expect(await log.append([draft])).toEqual(first);
      expect(await log.append([{ ...draft, data: { stream: 'stderr', text: 'b' } }])).toEqual(first);
      expect(await log.head()).toBe(1);
    });

    test('appends the drafts beside it', async () => {
      const { log } = await open();
      const known = output('known', { id: newEventId() });
      await log.append([known]);
      const events = await log.append([output('b'), known, output('c')]);
      expect(sequences(events)).toEqual([2, 1, 3]);
      expect(texts(await readAll(log))).toEqual(['known', 'b', 'c']);
    });

    test('counts an id that occurs twice in one call once', async () => {
      const { log } = await open();
      const twice = output('twice', { id: newEventId() });
      const events = await log.append([twice, output('b'), twice]);
      expect(sequences(events)).toEqual([1, 2, 1]);
      expect(await log.head()).toBe(2);
    });

    test('counts the same call from many peers at once as one', async () => {
      const peers = await Promise.all([open(), open(), open()]);
      const drafts = outputs(5).map((draft) => ({ ...draft, id: newEventId() }));
      const results = await Promise.all(peers.flatMap(({ log }) => [log.append(drafts), log.append(drafts)]));
      for (const events of results) expect(sequences(events)).toEqual(range(1, 5));
    });

    test('burns no number', async () => {
      const { log } = await open();
      const known = output('known', { id: newEventId() });
      await log.append([known]);
      await log.append([known, known]);
      expect(sequences(await log.append([output('next')]))).toEqual([2]);
    });
  });

  describe('append with an expected version', () => {
    test('succeeds when it is the sequence of the last event of the task', async () => {
      const { log } = await open();
      await log.append([output('of another task', { task_id: 'task-2' })]);
      const [first] = await log.append([output('a', { task_id: 'task-1' })], task(0));
      await log.append([output('of another task', { task_id: 'task-2' })]);
      const [second] = await log.append([output('b', { task_id: 'task-1' })], task(2));
      expect([first?.sequence, second?.sequence]).toEqual([2, 4]);
    });

    test('fails with version_conflict otherwise and appends nothing', async () => {
      const { log } = await open();
      await log.append([output('a', { task_id: 'task-1' })]);
      const late = log.append([output('b', { task_id: 'task-1' }), output('c')], task(0));
      await expect(late).rejects.toMatchObject({ code: 'version_conflict' });
      expect(await log.head()).toBe(1);
      expect(sequences(await log.append([output('next')]))).toEqual([2]);
    });

    test('has one winner among many peers at once', async () => {
      const peers = await Promise.all([open(), open(), open(), open()]);
      const results = await Promise.allSettled(
        peers.flatMap(({ log }, peer) =>
          range(1, 5).map((call) => log.append([output(`${peer}/${call}`, { task_id: 'task-1' })], task(0))),
        ),
      );
      const lost = results.filter((result) => result.status === 'rejected');
      expect(lost).toHaveLength(19);
      for (const { reason } of lost) expect(reason).toMatchObject({ code: 'version_conflict' });
      expect(await peers[0].log.head()).toBe(1);
    });

    test('fails alone: calls made at the same time see each other and are not disturbed', async () => {
      const { log } = await open();
      const results = await Promise.allSettled([
        log.append([output('a', { task_id: 'task-1' })], task(0)),
        log.append([output('b', { task_id: 'task-1' })], task(0)),
        log.append([output('c', { task_id: 'task-1' })], task(1)),
        log.append([output('d')]),
      ]);
      expect(results.map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ]);
      expect(texts(await readAll(log))).toEqual(['a', 'c', 'd']);
    });

    test('repeated with ids that are all stored returns them whatever the version is now', async () => {
      const { log } = await open();
      const drafts = outputs(2, 0, { task_id: 'task-1' }).map((draft) => ({ ...draft, id: newEventId() }));
      const events = await log.append(drafts, task(0));
      await log.append([output('later', { task_id: 'task-1' })]);
      expect(await log.append(drafts, task(0))).toEqual(events);
      const partly = log.append([...drafts, output('new', { task_id: 'task-1' })], task(0));
      await expect(partly).rejects.toMatchObject({ code: 'version_conflict' });
    });
  });

  describe('append of what must not be stored', () => {
    test.each([
      ['an unknown type', { type: 'task.exploded' }, 'unknown_event_type', 'type'],
      ['a version of the future', { version: 99 }, 'unknown_event_version', 'version'],
      ['data that does not fit', { data: { text: 1 } }, 'invalid_event', 'data.stream'],
      ['an id that is no UUIDv7', { id: 'one' }, 'invalid_event', 'id'],
      ['another tenant', { tenant_id: 'evil' }, 'wrong_tenant', 'tenant_id'],
      ['an empty call chain', { call_chain: [] }, 'invalid_event', 'call_chain'],
      [
        'data above 64 KiB',
        { data: { stream: 'message', text: 'ü'.repeat(32_768) } },
        'data_too_large',
        'data',
      ],
    ])('%s is refused, with all that was appended with it', async (_, fields, code, field) => {
      const { log } = await open();
      const refused = log.append([output('good'), untyped(fields), output('good')]);
      await expect(refused).rejects.toMatchObject({ code, field });
      expect(await log.head()).toBe(0);
    });

    test('data of exactly 64 KiB is stored', async () => {
      const { log } = await open();
      const empty = JSON.stringify(output('').data).length;
      await log.append([output('x'.repeat(64 * 1024 - empty))]);
      expect(await log.head()).toBe(1);
    });

    test('a secret is replaced', async () => {
      const { log } = await open();
      const [event] = await log.append([output(`key: sk-ant-${'a1'.repeat(20)}!`)]);
      expect(event?.data).toMatchObject({ text: 'key: [redacted anthropic key]!' });
      expect(await readAll(log)).toEqual([event]);
    });

    test('a log of another tenant is refused', async (context) => {
      if (sharedByTenants) return context.skip(sharedByTenants);
      await open({ tenantId: 'acme' });
      await expect(open({ tenantId: 'evil' })).rejects.toMatchObject({ code: 'wrong_tenant' });
    });
  });

  test('an event of an older version is read in today’s', async () => {
    const { log } = await open();
    const old = untyped({
      type: 'plan.ready',
      version: 1,
      data: { revision: 1, plan: '# Plan', chunks: ['A'] },
    });
    const expected = {
      version: 2,
      data: { revision: 1, plan: '# Plan', chunks: [{ title: 'A', files: [] }] },
    };
    expect(await log.append([old])).toMatchObject([expected]);
    expect(await readAll(log)).toMatchObject([expected]);
  });

  describe('close', () => {
    test('waits for what is being appended, may be called twice, and ends the use of the log', async () => {
      const backend = await open();
      const { log } = backend;
      const pending = log.append([output('a')]);
      await Promise.all([log.close(), backend.close()]);
      expect(sequences(await pending)).toEqual([1]);
      const closed = { code: 'log_closed' };
      await expect(log.append([progress('late')])).rejects.toMatchObject(closed);
      await expect(log.head()).rejects.toMatchObject(closed);
      await expect(readAll(log)).rejects.toMatchObject(closed);
      await expect(log.changed(0, new AbortController().signal)).rejects.toMatchObject(closed);
      expect(await readAll((await open()).log)).toEqual(await pending);
    });

    test('ends who waits for a change and who is reading', async () => {
      const { log } = await open();
      await log.append(outputs(2000));
      const reading = log.read()[Symbol.asyncIterator]();
      await reading.next();
      const waiting = log.changed(2000, new AbortController().signal);
      const ended = expect(waiting).rejects.toMatchObject({ code: 'log_closed' });
      await log.close();
      await ended;
      const rest = (async () => {
        while (!(await reading.next()).done);
      })();
      await expect(rest).rejects.toMatchObject({ code: 'log_closed' });
    });
  });
}
