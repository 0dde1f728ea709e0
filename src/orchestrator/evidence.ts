import type { Evidence, Observer, SeenFile } from '../contract/events/evidence.ts';
import { shorten } from '../state/shorten.ts';
import type { ChunkState } from '../state/task.ts';
import { covers } from './scope-match.ts';
import type { Told } from './told.ts';

/** Bytes that the files that changed, and those that were claimed, may take in an event. */
const FILES = 16_000;
const CLAIMS = 4_000;
const COMMAND = 200;
const TESTS = 10;

/** What was found when a turn had ended. Pure data: see `gatherEvidence` for what it comes to. */
export interface Found {
  readonly observedBy: Observer;
  /** What differs since the chunk was begun. */
  readonly changes: readonly Omit<SeenFile, 'reported'>[];
  /** Everything that the agent told in this chunk. */
  readonly told: Told;
  /** Whether the host can tell of a path whether it changed: not of files that git ignores. */
  readonly isJudgeable: (path: string) => boolean;
}

function fit<T>(items: readonly T[], room: number): T[] {
  let left = room;
  return items.filter((item) => (left -= Buffer.byteLength(JSON.stringify(item)) + 1) >= 0);
}

/** What the chunk names or the agent told of, and that is as it was. */
function unseenClaims(chunk: Pick<ChunkState, 'files'>, { changes, told, isJudgeable }: Found): string[] {
  const changed = changes.map(({ file_path }) => file_path);
  const named = chunk.files.filter((name) => !changed.some((file) => covers(name, file)));
  // What it made and took away again is rightly not there.
  const reported = [...told.files].filter(([, operation]) => operation !== 'delete').map(([file]) => file);
  return [...new Set([...named, ...reported.filter((file) => !changed.includes(file))])].filter(isJudgeable);
}

/** What is recorded beside the claim that a chunk is done. */
export function gatherEvidence(chunk: Pick<ChunkState, 'files'>, found: Found): Evidence {
  const { observedBy, changes, told } = found;
  const files = fit(
    changes.map(({ file_path, operation, lines_added, lines_removed }) => ({
      file_path,
      operation,
      lines_added,
      lines_removed,
      reported: told.files.has(file_path),
    })),
    FILES,
  );
  const left = changes.length - files.length;
  const tests = told.tests
    .slice(-TESTS)
    .map(({ command, passed }) => ({ command: shorten(command, COMMAND), passed }));
  const claims = observedBy === 'none' ? [] : unseenClaims(chunk, found);
  return {
    turn: 'ended',
    observed_by: observedBy,
    files,
    ...(left > 0 ? { files_left_out: left } : {}),
    unseen_claims: fit(claims, CLAIMS),
    ...(tests.length > 0 ? { tests } : {}),
  };
}
