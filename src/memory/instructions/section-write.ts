import { cutFile, putSection } from './section.ts';

/** Files that may have a section. */
export const mayHaveSection = (file: string): boolean => /(?:\.(?:md|mdc|txt)|rules)$/i.test(file);

/**
 * Whether all that a change of a file did is that Lineclear wrote its section. What an agent makes of it is told by the
 * mark of the section; what it does outside of it by the rest of the file.
 */
export function isSectionWrite(before: Uint8Array | undefined, now: Uint8Array): boolean {
  const [old, text] = [before ?? new Uint8Array(), now].map((bytes) => Buffer.from(bytes).toString());
  if (old === undefined || text === undefined) return false;
  const cut = cutFile(text);
  if (cut.kind !== 'section' || !cut.section.isAsWritten || cutFile(old).kind === 'broken') return false;
  const section = text.slice(cut.before.length, text.length - cut.after.length);
  return putSection(old, section.replaceAll('\r\n', '\n')) === text;
}
