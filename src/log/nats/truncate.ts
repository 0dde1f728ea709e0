import { hasCode } from '../../contract/errors.ts';
import type { Truncation } from '../log.ts';
import { type Commit, type Line, keyOf } from './commit.ts';
import type { Commits, Head } from './commits.ts';
import type { IndexWriter } from './index-writer.ts';
import type { Leftovers, Truncated } from './leftovers.ts';
import type { Link } from './link.ts';
import type { Names } from './names.ts';

export interface TruncateOptions {
  readonly link: Link;
  readonly names: Names;
  readonly commits: Commits;
  readonly leftovers: Leftovers;
  readonly writer: IndexWriter;
}

/**
 * Removes events of tasks; see `LogBackend.truncate`. The server can remove the beginning of a stream only: so what stays of
 * it is written to objects first, then all are told, and then the beginning goes. A commit that reaches beyond `upto` stays
 * as it is. Of two who truncate at once one loses, and begins anew on what the other has left.
 */
export function createTruncate({ link, names, commits, leftovers, writer }: TruncateOptions) {
  /** The commits that may go now, behind those that are gone. */
  async function* between({ purged }: Truncated, upto: number): AsyncGenerator<Commit, void, void> {
    for await (const commit of commits.range(purged.at + 1, commits.known.at)) {
      if (commit.last > upto) return;
      yield commit;
    }
  }

  async function tryOnce(
    { upto, taskIds, keep, signal }: Truncation,
    head: Head,
  ): Promise<number | undefined> {
    const before = await leftovers.look();
    const end = Math.min(upto, head.sequence - 1);
    const goes = new Set(taskIds);
    const stays = new Set<string>(keep);
    let removed = 0;
    let purged = before.purged;

    const left = (lines: readonly Line[]) =>
      lines.filter((line) => {
        const key = keyOf(line);
        const isGone =
          key?.task_id !== undefined && line.sequence <= end && goes.has(key.task_id) && !stays.has(key.type);
        if (isGone) removed += 1;
        return !isGone;
      });

    async function* all(): AsyncGenerator<readonly Line[], void, void> {
      for await (const lines of leftovers.lines(before, 0)) {
        signal?.throwIfAborted();
        yield left(lines);
      }
      for await (const commit of between(before, end)) {
        signal?.throwIfAborted();
        yield left(await commits.linesOf(commit));
        purged = { at: commit.at, sequence: commit.last };
      }
    }

    const objects = await leftovers.write(all());
    const reached = Math.max(before.upto, end);
    const isSame = removed === 0 && purged.at === before.purged.at && reached === before.upto;
    const next =
      !isSame &&
      (await leftovers.replace(
        { upto: reached, purged, objects, previous: before.objects },
        before.revision,
      ));
    if (!next) {
      await leftovers.drop(objects);
      return isSame ? 0 : undefined;
    }
    await leftovers.drop(before.previous);
    return removed;
  }

  /** What is told already, and harmless to repeat. */
  async function purge(taskIds: readonly string[]): Promise<void> {
    const { purged } = leftovers.known;
    if (purged.at > 0) await link.run(() => link.jsm.streams.purge(names.logStream, { seq: purged.at + 1 }));
    for (const taskId of taskIds)
      await link.run(() => link.jsm.streams.purge(names.indexStream, { filter: names.task(taskId) }));
  }

  return async (truncation: Truncation): Promise<number> => {
    truncation.signal?.throwIfAborted();
    const head = await commits.head();
    if (head.sequence === 0) return 0;
    // What is not in the stream any more is found by the index only.
    await writer.bring(head);
    for (;;) {
      const removed = await tryOnce(truncation, head).catch((error: unknown) => {
        // What was left was replaced while it was read.
        if (hasCode(error, 'history_truncated')) return undefined;
        throw error;
      });
      if (removed === undefined) continue;
      await purge(truncation.taskIds);
      return removed;
    }
  };
}
