import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventDraft } from '../../../src/contract/event.ts';
import { newEventId } from '../../../src/log/event-id.ts';
import type { LogBackend, ReadQuery } from '../../../src/log/log.ts';
import { subscribe } from '../../../src/log/subscribe.ts';
import type { Fixture } from '../conformance.ts';
import { output, readAll } from '../drafts.ts';

/** What a log holds, in the simplest way to say it: the sequence of an event is its index + 1. */
type Model = { id: string; taskId: string; draft: EventDraft }[];

interface Real {
  backend: LogBackend;
  readonly reopen: () => Promise<LogBackend>;
}

type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const versionOf = (model: Model, taskId: string) =>
  model.findLastIndex((event) => event.taskId === taskId) + 1;

const summary = (model: Model) => model.map(({ id }, index) => ({ id, sequence: index + 1 }));

const identities = (events: readonly { id: string; sequence: number }[]) =>
  events.map(({ id, sequence }) => ({ id, sequence }));

/** Appends to the model what a log must append, and returns what it must return. */
function appendToModel(model: Model, drafts: readonly Model[number][]) {
  return drafts.map((event) => {
    if (model.every(({ id }) => id !== event.id)) model.push(event);
    return { id: event.id, sequence: model.findIndex(({ id }) => id === event.id) + 1 };
  });
}

const draftOf = (taskId: string) => {
  const id = newEventId();
  return { id, taskId, draft: output('x', { id, task_id: taskId }) };
};

const task = fc.constantFrom('task-1', 'task-2', 'task-3');

/** Some drafts of new events (by task) and some of events that are there already (by a position in the log). */
const mixture = fc.array(fc.oneof(task, fc.nat(50)), { maxLength: 6 });

const draftsOf = (model: Model, parts: readonly (string | number)[]) =>
  parts.flatMap((part) => {
    if (typeof part === 'string') return [draftOf(part)];
    return model[part % Math.max(1, model.length)] ?? [];
  });

const append = mixture.map((parts) =>
  command(`append ${JSON.stringify(parts)}`, async (model, { backend }) => {
    const drafts = draftsOf(model, parts);
    const expected = appendToModel(model, drafts);
    expect(identities(await backend.log.append(drafts.map(({ draft }) => draft)))).toEqual(expected);
  }),
);

const appendExpecting = fc.tuple(mixture, task, fc.nat(3)).map(([parts, taskId, behind]) =>
  command(`append ${JSON.stringify(parts)} expecting ${taskId} - ${behind}`, async (model, { backend }) => {
    const drafts = draftsOf(model, parts);
    const version = Math.max(0, versionOf(model, taskId) - behind);
    const pending = backend.log.append(
      drafts.map(({ draft }) => draft),
      { expectedVersion: { taskId, version } },
    );
    const repeated = drafts.every(({ id }) => model.some((event) => event.id === id));
    if (repeated || version === versionOf(model, taskId)) {
      expect(identities(await pending)).toEqual(appendToModel(model, drafts));
    } else {
      await expect(pending).rejects.toMatchObject({ code: 'version_conflict' });
    }
  }),
);

const read = fc
  .record({ after: fc.nat(60), until: fc.nat(60), limit: fc.nat(60), taskId: task }, { requiredKeys: [] })
  .map((query: ReadQuery) =>
    command(`read ${JSON.stringify(query)}`, async (model, { backend }) => {
      const { after = 0, until = Infinity, limit = Infinity, taskId } = query;
      const expected = summary(model)
        .filter((event, index) => taskId === undefined || model[index]?.taskId === taskId)
        .filter(({ sequence }) => sequence > after && sequence <= until)
        .slice(0, limit);
      expect(identities(await readAll(backend.log, query))).toEqual(expected);
    }),
  );

const subscription = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 9 })).map(([start, batchSize]) =>
  command(`subscribe after ${start} by ${batchSize}`, async (model, { backend }) => {
    const after = Math.min(start, model.length);
    const ended = new AbortController();
    const received = [];
    for await (const batch of subscribe(backend.log, { after, batchSize, signal: ended.signal })) {
      received.push(...identities(batch.events));
      if (batch.caughtUp) ended.abort();
    }
    expect(received).toEqual(summary(model).slice(after));
  }),
);

const reopen = fc.constant(
  command('reopen', async (_, real) => {
    await real.backend.close();
    real.backend = await real.reopen();
  }),
);

export function describeModel({ open }: Fixture): void {
  test('any sequence of commands does what it does to a list in memory', async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.commands([append, appendExpecting, read, subscription, reopen], { maxCommands: 40 }),
        async (commands) => {
          const log = `log-${(runs += 1)}`;
          const backend = await open({ log });
          const real: Real = { backend, reopen: () => open({ log }) };
          await fc.asyncModelRun(() => ({ model: [], real }), commands);
          expect(await real.backend.log.head()).toBe((await readAll(real.backend.log)).length);
          await real.backend.close();
        },
      ),
      { numRuns: 60 },
    );
  });
}
