/** Properties of package.json whose texts a person reads. */
const LOCALIZED: ReadonlySet<string> = new Set([
  'title',
  'name',
  'contents',
  'description',
  'markdownDescription',
  'altText',
  'enumDescriptions',
  'markdownEnumDescriptions',
]);

/** The product's name is the same everywhere. */
const PROPER_NAME = 'Lineclear';

/** A text that changes gets another key, so that its old translation is not taken for the new one. */
const keyOf = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 80);

/** Puts keys in the place of the texts of package.json; returns it beside the texts by key: package.nls.json. */
export function extractTexts(value: unknown): {
  readonly keyed: unknown;
  readonly texts: Record<string, string>;
} {
  const texts: Record<string, string> = {};

  function keyFor(text: string): string {
    const key = keyOf(text);
    if (texts[key] !== undefined && texts[key] !== text)
      throw new Error(`Two texts have the same key ${key}: make their beginnings differ.`);
    texts[key] = text;
    return `%${key}%`;
  }

  function visit(node: unknown, localized: boolean): unknown {
    if (typeof node === 'string') return localized && node !== PROPER_NAME ? keyFor(node) : node;
    if (Array.isArray(node)) return node.map((item: unknown) => visit(item, localized));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, item]: [string, unknown]) => [key, visit(item, LOCALIZED.has(key))]),
    );
  }

  const keyed = visit(value, false);
  return { keyed, texts: Object.fromEntries(Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}
