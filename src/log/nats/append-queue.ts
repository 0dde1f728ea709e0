import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { LineclearError } from '../../contract/errors.ts';
import type { BlobStore } from '../log.ts';
import { type Append, type Place, type Placed, decideAppends } from './append.ts';
import { placeJson } from '../event-json.ts';
import { type Form, commitHeaders, parseCommit } from './commit.ts';
import type { Commits, Head } from './commits.ts';
import { type Link, retryDelay } from './link.ts';
import type { Names } from './names.ts';
import type { Picture } from './picture.ts';
import type { Store } from './store.ts';
import type { Turns } from './turns.ts';

export interface AppendQueueOptions {
  readonly link: Link;
  readonly store: Store;
  readonly names: Names;
  readonly commits: Commits;
  readonly picture: Picture;
  readonly turns: Turns;
  /** For commits that are larger than a message. */
  readonly blobs: BlobStore;
  /** Called after each commit of this process. */
  readonly committed: (head: Head, marked: number) => void;
}

export interface AppendQueue {
  /** The places of the events, in the order of the drafts; see `EventLog.append`. */
  submit(append: Append): Promise<readonly Place[]>;
  /** Resolves when everything that was submitted is stored or refused; from now on nothing is accepted. */
  close(): Promise<void>;
}

interface Waiting extends Append {
  readonly bytes: number;
  readonly resolve: (places: readonly Place[]) => void;
  readonly reject: (error: unknown) => void;
  /** In the time of `performance.now()`. */
  readonly deadline: number;
}

/** Of one commit that holds more than one call: keeps small what whoever looks for one event has to read. */
const MAX_BYTES = 256 * 1024;
const MAX_EVENTS = 1000;
/** Lost tries after which the others are asked to wait. */
const PATIENCE = 2;

const encoder = new TextEncoder();
const zip = promisify(gzip);

/**
 * Stores what is submitted while one commit is under way together in the next one, so that many callers at once cost
 * hardly more than one. A commit names the one that it follows; when another process was faster it is refused, and what
 * is to be done is decided anew on what is there now.
 */
export function createAppendQueue(options: AppendQueueOptions): AppendQueue {
  const { link, store, names, commits, picture, turns, blobs, committed } = options;
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  /** Whether the picture may be behind what this process itself has sent. */
  let uncertain = true;

  function take(): Waiting[] {
    let bytes = 0;
    let events = 0;
    let count = 0;
    for (const append of waiting) {
      bytes += append.bytes;
      events += append.drafts.length;
      if (count > 0 && (bytes > MAX_BYTES || events > MAX_EVENTS)) break;
      count += 1;
    }
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  }

  /** Refuses those whose time is over. Returns the others. */
  function refuseLate(batch: readonly Waiting[], error: unknown): Waiting[] {
    const now = performance.now();
    for (const { deadline, reject } of batch) if (deadline <= now) reject(error);
    return batch.filter(({ deadline }) => deadline > now);
  }

  async function look(batch: readonly Waiting[]): Promise<void> {
    const ids = batch.flatMap(({ drafts }) => drafts.flatMap(({ event, fresh }) => (fresh ? [] : event.id)));
    const tasks = batch.flatMap(({ expected }) => expected?.taskId ?? []);
    if (ids.length > 0 || tasks.length > 0) await picture.lookUp(ids, tasks);
  }

  async function pack(body: Uint8Array): Promise<{ form: Form; data: Uint8Array }> {
    if (body.length <= link.maxBytes) return { form: 'lines', data: body };
    const zipped = await zip(body);
    if (zipped.length <= link.maxBytes) return { form: 'gzip', data: zipped };
    return { form: await blobs.put(zipped), data: new Uint8Array() };
  }

  /** Whether it was stored right behind the head of the picture. */
  async function write(placed: readonly Placed[]): Promise<boolean> {
    const [first, last] = [placed[0]?.sequence ?? 0, placed.at(-1)?.sequence ?? 0];
    const body = encoder.encode(placed.map(({ sequence, json }) => placeJson(sequence, json)).join('\n'));
    const { form, data } = await pack(body);
    const fields = commitHeaders(first, last, form);
    uncertain = true;
    const at = await store.publish({ subject: names.log, data, headers: fields, after: picture.head.at });
    if (at === undefined) return false;
    uncertain = false;
    const stored = parseCommit({ at, subject: names.log, data, header: (name) => fields[name] ?? '' });
    if (stored) commits.saw(stored);
    picture.appended(
      { at, sequence: last },
      placed.map(({ event: { id, task_id }, sequence }) => ({ id, sequence, task_id })),
    );
    committed(picture.head, picture.marked);
    return true;
  }

  async function commit(taken: readonly Waiting[]): Promise<void> {
    let batch = taken;
    for (let tries = 1; batch.length > 0; tries += 1) {
      await turns.wait();
      const started = performance.now();
      if (uncertain) await picture.catchUp();
      uncertain = false;
      await look(batch);
      const { placed, outcomes } = decideAppends(batch, picture);
      const refused = outcomes.some((outcome) => outcome instanceof LineclearError);
      // What is stored shows that the picture was right. A refusal alone shows nothing: perhaps others have appended.
      const holds = placed.length > 0 ? await write(placed) : !refused || !(await picture.catchUp());
      if (holds) {
        for (const [index, { resolve, reject }] of batch.entries()) {
          const outcome = outcomes[index] ?? [];
          if (outcome instanceof LineclearError) reject(outcome);
          else resolve(outcome);
        }
        return;
      }
      if (placed.length > 0) {
        if (tries >= PATIENCE) turns.ask(3 * (performance.now() - started));
        else await sleep(retryDelay(tries));
      }
      const words = `Others append to the log at ${link.address} so often that this one had no turn.`;
      batch = refuseLate(batch, new LineclearError('log_busy', words));
    }
  }

  async function run(): Promise<void> {
    // Calls of one turn of the event loop go together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = take();
      try {
        await commit(batch);
      } catch (error) {
        uncertain = true;
        for (const { reject } of batch) reject(error);
        // While these waited for a server that does not answer, so did those behind them.
        waiting = refuseLate(waiting, error);
      }
    }
    running = undefined;
  }

  return {
    submit(append) {
      if (closed) {
        return Promise.reject(new LineclearError('log_closed', `The log at ${link.address} is closed.`));
      }
      const { promise, resolve, reject } = Promise.withResolvers<readonly Place[]>();
      const bytes = append.drafts.reduce((sum, { json }) => sum + json.length, 0);
      waiting.push({ ...append, bytes, resolve, reject, deadline: performance.now() + link.timeoutMs });
      running ??= run();
      return promise;
    },

    async close() {
      closed = true;
      await running;
    },
  };
}
