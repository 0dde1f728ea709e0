import { setTimeout as sleep } from 'node:timers/promises';
import { type Result, percentile } from '../benchmark.ts';
import { openBare } from './bare.ts';
import {
  type BackendName,
  type Place,
  arrivalAfter,
  author,
  milliseconds,
  now,
  withMemory,
  withPeer,
} from './places.ts';

const ROUNDS = 100;
/** Rounds that do not count. */
const WARM_UP = 10;
const TARGET_MS = 5;

const writes = {
  write: ({ memory }: Place, round: number) =>
    memory.write(
      { domain: 'bench', slug: `note-${round}`, text: `# Note ${round}\n\n${'Some text. '.repeat(40)}\n` },
      author,
    ),
  update: ({ memory }: Place, round: number) =>
    memory.updateAgentContext({ agentId: 'mary', patch: { round } }, author),
} as const;

const references: Record<BackendName, string> = {
  sqlite: 'the same event to a bare subscription of the log in a third process',
  redis: 'a bare PUBLISH to a subscriber in a third process',
  nats: 'a bare publish to a subscriber in a third process',
};

const p99 = (values: readonly number[]): string => percentile(values, 0.99).toFixed(1);

/**
 * Milliseconds from the call of a write to the handler in another process; and from a bare message to a bare listener in a
 * third one, which takes turns with it.
 */
export const measureAcross = (name: BackendName, what: keyof typeof writes): Promise<Result> =>
  withMemory(name, (place) =>
    withPeer('memory-peer.ts', place.options, (peer) =>
      withPeer('bare-peer.ts', place.options, async (barePeer) => {
        const bare = await openBare(place.options);
        const [ours, returned, reference]: [number[], number[], number[]] = [[], [], []];
        for (let round = 0; round < ROUNDS + WARM_UP; round += 1) {
          await sleep(5 + Math.random() * 20);
          const head = await place.backend.log.head();
          const called = now();
          await writes[what](place, round);
          const done = now();
          const heard = await arrivalAfter(peer, head);
          const sent = bare ? now() : called;
          await bare?.publish(String(round + 1));
          const bareHeard = await arrivalAfter(barePeer, bare ? round : head);
          if (round < WARM_UP) continue;
          ours.push(milliseconds(called, heard));
          returned.push(milliseconds(called, done));
          reference.push(milliseconds(sent, bareHeard));
        }
        await bare?.close();
        const [median, bareMedian] = [percentile(ours, 0.5), percentile(reference, 0.5)];
        const isContext = what === 'update';
        return {
          ours: median,
          reference: bareMedian,
          unit: 'ms',
          ...(isContext && name === 'sqlite' && { target: TARGET_MS }),
          note: `from the call of a ${isContext ? "context's change" : "note's write"} to the typed handler in another process, median of ${ROUNDS}, p99 ${p99(ours)} ms; the call itself returns after ${percentile(returned, 0.5).toFixed(1)} ms, p99 ${p99(returned)}; reference: ${references[name]}, p99 ${p99(reference)} ms; lower is better`,
        };
      }),
    ),
  );
