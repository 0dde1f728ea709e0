import * as z from 'zod';
import { type Document, parseDocument } from 'yaml';
import { LineclearError } from '../contract/errors.ts';
import type { FileReason } from '../state/file-reason.ts';
import { invalidLine } from './left-alone.ts';

/** What a note says about itself in front matter; other keys are kept and mean nothing here. */
export interface FrontMatter {
  readonly title?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly links?: readonly string[] | undefined;
}

/** A note as text: Markdown with or without front matter. */
export interface NoteText {
  readonly title: string | undefined;
  readonly tags: readonly string[];
  readonly links: readonly string[];
  /** Where it stands among others of its domain, where these stand in one text: lower ones first, those without one last. */
  readonly order: number | undefined;
  /** Without the front matter. */
  readonly body: string;
}

/** Bytes of a note as UTF-8. */
export const MAX_NOTE_BYTES = 256 * 1024;
export const TOO_LARGE: FileReason = { kind: 'too large', limit: MAX_NOTE_BYTES / 1024 };

const line = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, 'must be one line');
const list = z.array(line.min(1)).max(50);
/** One tag may stand without brackets. */
const words = z.union([list, line.min(1).transform((one) => [one])]);
const schema = z.looseObject({
  title: line.nullish(),
  tags: words.nullish(),
  links: words.nullish(),
  // Of no other kind of value is said here what it means.
  order: z.number().optional().catch(undefined),
});

const FRONT_MATTER = /^---[ \t]*\n(?:([\s\S]*?)\n)?---[ \t]*(?:\n|$)/;

/** The front matter as YAML. Throws `invalid_note`. */
function parseYaml(source: string): Document {
  const document = parseDocument(source, { uniqueKeys: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (!error) return document;
  const { code, message, linePos } = error;
  // Its own line counts from the front matter on.
  const [detail = ''] = message.split(/ at line |\n/);
  throw invalidLine((linePos?.[0].line ?? 1) + 1, { kind: 'yaml', code, detail });
}

/** Line of a key of the front matter in the text. */
function lineOf(source: string, key: string): number {
  const index = source.split('\n').findIndex((text) => text.startsWith(`${key}:`));
  return index === -1 ? 1 : index + 2;
}

/** Line ends as `\n`, no byte order mark: texts that differ in nothing else are the same. */
export const normalized = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll(/\r\n?/g, '\n');

/** Reads a normalized text. Throws `invalid_note` with the line. */
export function parseNote(text: string): NoteText {
  const found = FRONT_MATTER.exec(text);
  if (!found) return { title: headingOf(text), tags: [], links: [], order: undefined, body: text };
  const source = found[1] ?? '';
  let value: unknown;
  try {
    // No aliases: a few lines of them can stand for gigabytes.
    value = parseYaml(source).toJS({ maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw error instanceof LineclearError ? error : invalidLine(1, { kind: 'aliases' });
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const { path, message } = result.error.issues[0] ?? { path: [], message: 'is not valid' };
    const field = String(path[0] ?? '');
    const reason =
      field === '' ? ({ kind: 'no keys' } as const) : ({ kind: 'field', field, detail: message } as const);
    throw invalidLine(lineOf(source, field), reason);
  }
  const { title, tags, links, order } = result.data;
  const body = text.slice(found[0].length);
  return { title: title?.trim() || headingOf(body), tags: tags ?? [], links: links ?? [], order, body };
}

export const headingOf = (body: string): string | undefined =>
  /^#{1,6}[ \t]+(.+?)[ \t#]*$/m
    .exec(body)?.[1]
    ?.replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 200);

/**
 * The text with these values in its front matter, and with this body; what is undefined stays as it is, and so do other
 * keys and comments.
 */
export function composeNote(text: string, change: FrontMatter & { readonly body?: string }): string {
  const found = FRONT_MATTER.exec(text);
  const { body = found ? text.slice(found[0].length) : text, ...fields } = change;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  if (given.length === 0) return `${found?.[0] ?? ''}${body}`;
  const document = parseYaml(found?.[1] ?? '');
  for (const [key, value] of given) {
    const isEmpty = value.length === 0;
    if (isEmpty) document.delete(key);
    else document.set(key, typeof value === 'string' ? value : document.createNode(value, { flow: true }));
  }
  const source = document.toString({ lineWidth: 0, flowCollectionPadding: false });
  return source.trim() === '' || source.trim() === '{}' ? body : `---\n${source}---\n${body}`;
}
