const unquoted = (name: string): string => name.replaceAll(/["'\s]/g, '');

/**
 * Line, from 1, of a key in a TOML text, for messages; the table's own line when the key is not found. A number among
 * the keys counts the tables of an array, as in `rules.0.action`.
 */
export function lineOfKey(text: string, keys: readonly string[]): number | undefined {
  const lines = text.split('\n');
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const table = keys.slice(0, depth - 1).join('.');
    const key = keys[depth - 1];
    const seen = new Map<string, number>();
    let current = '';
    for (const [index, line] of lines.entries()) {
      const [, brackets, title] = /^\s*(\[+)\s*([^\]]+?)\s*\]+/.exec(line) ?? [];
      if (title !== undefined) {
        const name = unquoted(title);
        const nth = seen.get(name) ?? 0;
        seen.set(name, nth + 1);
        current = brackets === '[[' ? `${name}.${nth}` : name;
        if (current === [table, key].filter(Boolean).join('.')) return index + 1;
      }
      const name = /^\s*["']?([\w-]+)["']?\s*=/.exec(line)?.[1];
      if (current === table && name === key) return index + 1;
    }
  }
  return undefined;
}
