const SHORTEST = 5;
/** Ids up to here are shown as they are. */
const SHORT = 8;

/** In how many of the ids each text of this length stands. */
function countParts(ids: readonly string[], length: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const id of ids) {
    const parts = new Set<string>();
    for (let at = 0; at + length <= id.length; at += 1) parts.add(id.slice(at, at + length));
    for (const part of parts) counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return counts;
}

/** For each id the shortest ending that no other id contains: ids end in letters that were drawn at random. */
export function shortIds(ids: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...ids];
  const short = new Map(all.map((id) => [id, id]));
  let open = all.filter((id) => id.length > SHORT);
  // Counted for all at once: comparing each with each would take minutes with ten thousand tasks.
  for (let length = SHORTEST; open.length > 0; length += 1) {
    const counts = countParts(all, length);
    open = open.filter((id) => {
      const part = id.slice(-length);
      if (length < id.length && (part.startsWith('-') || (counts.get(part) ?? 0) > 1)) return true;
      short.set(id, part);
      return false;
    });
  }
  return short;
}
