import { setImmediate as nextTurn } from 'node:timers/promises';
import { LineclearError } from '../contract/errors.ts';
import type { Documents } from '../log/log.ts';
import { type Change, type GroupState, emptyGroup, groupStateSchema } from './group-state.ts';

/** Names of groups: part of a key on every backend, and typed by people. */
const GROUP_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** @throws `invalid_input` */
function checkGroupName(group: string): void {
  if (GROUP_NAME.test(group)) return;
  throw new LineclearError(
    'invalid_input',
    `'${group}' cannot be the name of a group: up to 64 letters, digits, '-' and '_', beginning with a letter or a digit.`,
    { field: 'group' },
  );
}

const keyOf = (group: string): string => `group/${group}`;

interface StoredGroup {
  readonly group: string;
  readonly state: GroupState;
}

/** All groups of a log. */
export async function* storedGroups(documents: Documents): AsyncGenerator<StoredGroup, void, void> {
  for await (const { key, value } of documents.list(keyOf('')))
    yield { group: key.slice(keyOf('').length), state: parse(value) };
}

interface Read {
  readonly state: GroupState;
  readonly revision: number | undefined;
}

const parse = (value: string): GroupState => groupStateSchema.parse(JSON.parse(value));

interface Waiting {
  /** Makes the change and says what follows from it, to be called once it is written. */
  readonly apply: (state: GroupState) => { readonly state: GroupState; readonly done: () => void };
  readonly failed: (error: unknown) => void;
}

/**
 * The state of one group in its document. Changes that come while one is being written are written together, so that
 * the cost of a delivery falls with the load.
 */
export class GroupDocument {
  readonly #documents: Documents;
  readonly #key: string;
  readonly #position: number;
  #known: Read | undefined;
  #waiting: Waiting[] = [];
  #writing = false;

  /** `position`: where a group begins that does not exist yet. */
  constructor(documents: Documents, group: string, position = 0) {
    checkGroupName(group);
    this.#documents = documents;
    this.#key = keyOf(group);
    this.#position = position;
  }

  /** The state as it is now. */
  async read(): Promise<GroupState> {
    return (await this.#fetch()).state;
  }

  /** Whether the group has taken anything yet. */
  async exists(): Promise<boolean> {
    return (await this.#fetch()).revision !== undefined;
  }

  /** What this process saw last, which others may have changed since. */
  async recent(): Promise<GroupState> {
    return (this.#known ?? (await this.#fetch())).state;
  }

  /** Makes the change to the newest state and resolves to its result once it is stored. */
  update<T>(change: (state: GroupState) => Change<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({
      apply: (before) => {
        const { state, result } = change(before);
        return { state, done: () => resolve(result) };
      },
      failed: reject,
    });
    if (!this.#writing) void this.#write();
    return promise;
  }

  async #fetch(): Promise<Read> {
    const stored = await this.#documents.get(this.#key);
    this.#known = stored
      ? { state: parse(stored.value), revision: stored.revision }
      : { state: emptyGroup(this.#position), revision: undefined };
    return this.#known;
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Changes of one turn of the event loop go together: what is ended, and what is claimed instead.
    await nextTurn();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        for (const done of await this.#store(batch)) done();
      } catch (error) {
        // What is stored is not known any more.
        this.#known = undefined;
        for (const { failed } of batch) failed(error);
      }
    }
    this.#writing = false;
  }

  async #store(batch: readonly Waiting[]): Promise<(() => void)[]> {
    for (;;) {
      const known = this.#known ?? (await this.#fetch());
      let { state } = known;
      const done = batch.map(({ apply }) => {
        const applied = apply(state);
        ({ state } = applied);
        return applied.done;
      });
      if (state === known.state) return done;
      const revision = await this.#documents.put(this.#key, JSON.stringify(state), known.revision);
      if (revision !== undefined) {
        this.#known = { state, revision };
        return done;
      }
      this.#known = undefined;
    }
  }
}
