/** At most `limit` characters, with an ellipsis where something was cut; never half of a surrogate pair. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The same, cut after a word; inside one only when it alone takes more than half of the room. */
export function shortenToWords(text: string, limit: number): string {
  const cut = shorten(text, limit);
  if (cut === text) return text;
  const isWhole = /\s/.test(text.charAt(limit - 1));
  const words = (isWhole ? cut : cut.replace(/\s+\S*…$/, '…')).replace(/[\s,;:.–—-]+…$/, '…');
  return words.length > limit / 2 ? words : cut;
}

/** One line in quotation marks. */
export const quoted = (text: string, limit: number): string =>
  `“${shorten(text.replace(/\s+/g, ' ').trim(), limit)}”`;
