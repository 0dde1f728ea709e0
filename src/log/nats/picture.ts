import { type Line, keyOf } from './commit.ts';
import type { Commits, Head } from './commits.ts';
import { type Index, type Mark, NO_MARK } from './index.ts';
import type { Leftovers } from './leftovers.ts';
import type { Names } from './names.ts';

/** What a process that appends knows of the log: enough to decide whether an append may be, if nobody else appends. */
export interface Picture {
  /** The commit after which the next one is to be stored. */
  readonly head: Head;
  /** The last event that was in the index when this process looked. */
  readonly marked: number;
  /** Reads what others appended. Whether there was anything. */
  catchUp(): Promise<boolean>;
  /** Fetches what the index says of these ids and tasks, where it is not known. */
  lookUp(ids: readonly string[], tasks: readonly string[]): Promise<void>;
  /** Where the event with that id is, for an id that was looked up or is in the newest part of the log. */
  sequenceOf(id: string): number | undefined;
  /** The last event of a task that was looked up. */
  versionOf(taskId: string): number;
  /** Takes note of what this process has just appended. */
  appended(
    head: Head,
    events: readonly { readonly id: string; readonly task_id?: string; readonly sequence: number }[],
  ): void;
}

export interface PictureOptions {
  readonly commits: Commits;
  readonly index: Index;
  readonly names: Names;
  readonly leftovers: Leftovers;
}

/** Ids in memory at most, before the picture is begun anew behind what the index has by then. */
const MAX_IDS = 50_000;
/** Commits behind which what the index has is read instead. */
const MAX_BEHIND = 5000;

function* keysOf(lines: readonly Line[]) {
  for (const line of lines) {
    const key = keyOf(line);
    if (key) yield { ...key, sequence: line.sequence };
  }
}

/**
 * The ids and tasks of everything behind the index's mark, and those of the index that were asked for. Every commit from
 * the mark on passes through here; so when a commit is stored right behind `head`, nothing was overlooked.
 */
export function createPicture({ commits, index, names, leftovers }: PictureOptions): Picture {
  let mark: Mark | undefined;
  let head: Head = NO_MARK;
  const ids = new Map<string, number>();
  const versions = new Map<string, number>();
  /** Of the index: whole buckets of ids. */
  const buckets = new Map<string, ReadonlyMap<string, number>>();

  function begin(at: Mark): void {
    mark = at;
    head = { at: at.at, sequence: at.sequence };
    ids.clear();
    versions.clear();
    buckets.clear();
  }

  /** An index that is being made anew does not have yet what the stream does not have any more. */
  async function addLeftovers(): Promise<void> {
    const truncated = await leftovers.look();
    if (head.sequence >= truncated.purged.sequence) return;
    for await (const lines of leftovers.lines(truncated, head.sequence)) appended(head, [...keysOf(lines)]);
    head = truncated.purged;
  }

  const idCount = () => [...buckets.values()].reduce((sum, { size }) => sum + size + 1, ids.size);

  function appended(next: Head, events: Parameters<Picture['appended']>[1]): void {
    for (const { id, task_id, sequence } of events) {
      ids.set(id, sequence);
      if (task_id !== undefined) versions.set(task_id, sequence);
    }
    head = { at: next.at, sequence: next.sequence };
  }

  return {
    get head() {
      return head;
    },
    get marked() {
      return mark?.sequence ?? 0;
    },
    appended,

    async catchUp() {
      const before = head.at;
      const end = await commits.head();
      if (!mark || idCount() > MAX_IDS || end.at - head.at > MAX_BEHIND) {
        begin(await index.mark());
        await addLeftovers();
      }
      for await (const commit of commits.range(head.at + 1, end.at)) {
        const lines = await commits.linesOf(commit);
        appended({ at: commit.at, sequence: commit.last }, [...keysOf(lines)]);
      }
      // What somebody else published there is no commit, and takes a place all the same.
      if (end.at > head.at) head = { at: end.at, sequence: head.sequence };
      return head.at !== before;
    },

    async lookUp(wanted, tasks) {
      const subjects = new Set(wanted.filter((id) => !ids.has(id)).map((id) => names.ids(id)));
      const [read, found] = await Promise.all([
        Promise.all(
          tasks
            .filter((task) => !versions.has(task))
            .map(async (task) => [task, await index.version(task)] as const),
        ),
        Promise.all(
          [...subjects]
            .filter((subject) => !buckets.has(subject))
            .map(async (subject) => [subject, await index.bucket(subject)] as const),
        ),
      ]);
      for (const [task, version] of read) versions.set(task, version);
      for (const [subject, bucket] of found) buckets.set(subject, bucket);
    },

    sequenceOf: (id) => ids.get(id) ?? buckets.get(names.ids(id))?.get(id),
    versionOf: (taskId) => versions.get(taskId) ?? 0,
  };
}
