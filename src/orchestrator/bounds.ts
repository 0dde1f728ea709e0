/**
 * How long what agents say may become in what is concluded from it. An event holds 64 KiB, and what is too long for one
 * could never be recorded: a chunk that is done would count as failed because its coder talked much.
 */
const WORDS = 6_000;

/** Characters of a title inside another event. */
export const TITLE = 200;
/** Characters of an error message. */
export const MESSAGE = 6_000;

/** The end of a text: agents say last what they did. */
export const lastWords = (text: string): string =>
  text.length <= WORDS ? text : `…${text.slice(1 - WORDS).replace(/^[\udc00-\udfff]/, '')}`;

/** As many paths as an event has room for; each file has an event of its own besides. */
export function somePaths(paths: readonly string[]): string[] {
  let room = WORDS;
  return paths.filter((path) => (room -= path.length + 3) >= 0);
}
