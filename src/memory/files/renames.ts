import type { Memory } from '../memory.ts';
import { type Listing, spellingKey } from './listing.ts';
import { type Look, isThere } from './note-file.ts';
import { mostAlike } from './similar.ts';
import type { SyncState } from './sync-state.ts';

interface RenamesOptions {
  readonly memory: Memory;
  readonly folder: string;
  readonly state: SyncState;
}

/** Pairs of files whose texts are compared. */
const MAX_COMPARED = 2500;

/**
 * A file that came under the name that one had which is gone, but for the case of letters, is that one; so is one with its
 * text, or with much of it.
 */
export async function followRenames(
  { memory, folder, state }: RenamesOptions,
  listing: Listing,
  looks: ReadonlyMap<string, Look>,
): Promise<void> {
  const come = [...looks].flatMap(([file, look]) =>
    look.kind === 'note' && !state.entries.has(file) ? [{ file, look }] : [],
  );
  if (come.length === 0) return;
  const isGone = (file: string) =>
    !listing.has(file) && (listing.otherSpelling(file) !== undefined || !isThere(folder, file));
  const gone = new Map([...state.entries].filter(([file]) => isGone(file)));

  /** Of each that came the first one of `candidates` that is gone still is its former name; returns the others. */
  function rename(files: typeof come, candidates: (one: (typeof come)[number]) => readonly string[]) {
    return files.filter((one) => {
      const old = candidates(one).find((file) => gone.has(file));
      const entry = old === undefined ? undefined : gone.get(old);
      if (old === undefined || !entry) return true;
      gone.delete(old);
      state.change([
        [old, null],
        [one.file, entry],
      ]);
      return false;
    });
  }

  const byName = Map.groupBy(gone.keys(), spellingKey);
  const byHash = Map.groupBy(gone.keys(), (file) => gone.get(file)?.hash ?? '');
  const others = rename(come, ({ file }) => byName.get(spellingKey(file)) ?? []);
  const edited = rename(others, ({ look }) => byHash.get(look.hash) ?? []);
  // A folder full of other files, as after a switch of branches, is not compared with all that were there.
  if (edited.length * gone.size > MAX_COMPARED) return;
  const texts = await Promise.all(
    [...gone].map(async ([old, { hash }]) => ({
      old,
      text: await memory.text({ content_hash: hash }).catch(() => ''),
    })),
  );
  rename(edited, ({ look }) => {
    const left = texts.filter(({ old }) => gone.has(old));
    const alike = mostAlike(look.text, left);
    return alike ? [alike.old] : [];
  });
}
