const SHORTEST = 5;
/** Ids up to here are shown as they are. */
const SHORT = 8;

/** For each id the shortest ending that no other id contains: ids end in letters that were drawn at random. */
export function shortIds(ids: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...ids];
  const taken = (part: string, id: string) => all.some((other) => other !== id && other.includes(part));
  return new Map(
    all.map((id) => {
      if (id.length <= SHORT) return [id, id];
      let length = SHORTEST;
      while (length < id.length && (id.at(-length) === '-' || taken(id.slice(-length), id))) length += 1;
      return [id, id.slice(-length)];
    }),
  );
}
