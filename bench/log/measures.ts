import { setTimeout as sleep } from 'node:timers/promises';
import { completeDraft } from '../../src/contract/draft.ts';
import { consume } from '../../src/delivery/consume.ts';
import { newEventId } from '../../src/log/event-id.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { subscribe } from '../../src/log/subscribe.ts';
import { type Result, compareRates, median, rateOf } from '../benchmark.ts';
import { draft, drafts } from '../workplace.ts';
import type { Backend, Subject } from './subject.ts';

const ignore = (): void => undefined;
const defaults = { tenantId: 'local', newId: newEventId, now: () => new Date() };
const json = (index: number): string => JSON.stringify(completeDraft(draft(index), defaults));

async function withSubject<T>({ open }: Backend, use: (subject: Subject) => Promise<T>): Promise<T> {
  const subject = await open();
  try {
    return await use(subject);
  } finally {
    await subject.close();
  }
}

/** Calls `work` so often, with so many calls under way at any time. */
async function atOnce(ways: number, times: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const loop = async () => {
    while (next < times) await work((next += 1));
  };
  await Promise.all(Array.from({ length: ways }, loop));
}

/** Events per second when so many callers append one event after another. */
export const measureAppend = (backend: Backend, ways: number): Promise<Result> =>
  withSubject(backend, async ({ ours, raw }) => {
    const times = 250 * Math.ceil(Math.sqrt(ways));
    const rates = await compareRates(
      () => rateOf(times, () => atOnce(ways, times, (index) => ours.log.append([draft(index)]))),
      () => {
        // Made before the clock runs: what is stored costs the raw driver nothing to make.
        const texts = Array.from({ length: times + 1 }, (_, index) => json(index));
        return rateOf(times, () => atOnce(ways, times, (index) => raw.append(texts[index] ?? '')));
      },
    );
    return {
      ...rates,
      unit: 'events/s',
      note: `${backend.note}; appends of one event, ${ways} at once; higher is better`,
    };
  });

const LATENCIES = 200;

/** Milliseconds from the call of append to a subscriber on another connection. */
export const measureLatency = (backend: Backend): Promise<Result> =>
  withSubject(backend, async ({ ours, peer, raw }) => {
    let heard = ignore;
    const stopped = new AbortController();
    const following = (async () => {
      for await (const { events } of subscribe(peer.log, { after: 0, signal: stopped.signal })) {
        if (events.length > 0) heard();
      }
    })();
    await raw.follow(() => heard());

    async function once(append: () => Promise<unknown>): Promise<number> {
      const { promise, resolve } = Promise.withResolvers<number>();
      const start = performance.now();
      // At the call of the subscriber: that it asks for more right after it is nobody's latency.
      heard = () => resolve(performance.now() - start);
      const appended = append();
      const passed = await promise;
      await appended;
      // Not in step with anybody's poll.
      await sleep(2 + Math.random() * 5);
      return passed;
    }

    const measured = { ours: [] as number[], raw: [] as number[] };
    for (let index = 0; index < LATENCIES; index += 1) {
      const events = [draft(index)];
      measured.ours.push(await once(() => ours.log.append(events)));
      const text = json(index);
      measured.raw.push(await once(() => raw.append(text)));
    }
    stopped.abort();
    await following;
    const [our, their] = [median(measured.ours), median(measured.raw)];
    return {
      ours: our,
      reference: their,
      unit: 'ms',
      note: `${backend.note}; call of append to the subscriber on another connection, median of ${LATENCIES}; lower is better`,
    };
  });

const REPLAYED = 5000;

/** Events per second when a whole log is read. */
export const measureReplay = (backend: Backend): Promise<Result> =>
  withSubject(backend, async ({ ours, raw }) => {
    for (let first = 0; first < REPLAYED; first += 100) await ours.log.append(drafts(100, first));
    await atOnce(64, REPLAYED, (index) => raw.append(json(index)));
    const rates = await compareRates(
      () =>
        rateOf(REPLAYED, async () => {
          for await (const _ of ours.log.read());
        }),
      () => rateOf(REPLAYED, () => raw.replay()),
    );
    return {
      ...rates,
      unit: 'events/s',
      note: `${backend.note}; ${REPLAYED} events, appended by hundreds to ours and one by one to the reference; higher is better`,
    };
  });

export const DELIVERED = 300;
export const AT_ONCE = 32;

/** One worker of a group on that log. */
export function startWorker(ours: LogBackend) {
  const stopped = new AbortController();
  let left = 0;
  let done = ignore;
  const working = consume(
    ours,
    {
      group: 'bench',
      concurrency: AT_ONCE,
      actor: { source: 'cli', id: 'user:local' },
      signal: stopped.signal,
      onEnded: () => {
        if ((left -= 1) === 0) done();
      },
    },
    () => undefined,
  );
  return {
    /** Appends {@link DELIVERED} events; resolves when they are handled and acknowledged. */
    async deliver() {
      const { promise, resolve } = Promise.withResolvers<void>();
      [left, done] = [DELIVERED, resolve];
      await ours.log.append(drafts(DELIVERED));
      await promise;
    },
    async stop() {
      stopped.abort();
      await working;
    },
  };
}

/** Events per second that one worker of a group handles, each acknowledged. */
export const measureDelivery = (backend: Backend): Promise<Result> =>
  withSubject(backend, async ({ ours, raw }) => {
    const worker = startWorker(ours);
    const rates = await compareRates(
      () => rateOf(DELIVERED, () => worker.deliver()),
      () =>
        rateOf(DELIVERED, async () => {
          const texts = Array.from({ length: DELIVERED }, (_, index) => json(index));
          await Promise.all(texts.map((text) => raw.append(text)));
          await raw.deliver(DELIVERED);
        }),
    );
    await worker.stop();
    return {
      ...rates,
      unit: 'events/s',
      note: `${backend.note}; ${DELIVERED} events appended and handled by one worker, ${AT_ONCE} at once; higher is better`,
    };
  });
