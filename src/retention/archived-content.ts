import * as z from 'zod';
import type { AgentEvent } from '../contract/event.ts';
import type { BlobRef } from '../log/log.ts';

/** A line of an archive that is no event: what the next events of that task name. */
const lineSchema = z.union([
  z.strictObject({ ref: z.templateLiteral(['blob:', z.string()]), task_id: z.string(), text: z.string() }),
  z.strictObject({ ref: z.templateLiteral(['blob:', z.string()]), task_id: z.string(), base64: z.base64() }),
]);

export interface ArchivedContent {
  readonly ref: BlobRef;
  readonly content: Uint8Array;
}

const NAME = /^(?:blob|sha256):([0-9a-f]{64})$/;

/** The contents that an event names, in `context_refs` or in its data. */
export function contentsOf({ context_refs: refs, data }: AgentEvent): readonly BlobRef[] {
  const found = new Set<BlobRef>();
  for (const value of [...refs, ...Object.values(data)]) {
    const [, hash] = typeof value === 'string' ? (NAME.exec(value) ?? []) : [];
    if (hash !== undefined) found.add(`blob:${hash}`);
  }
  return [...found];
}

/** Text as it is, so that other tools can read it. */
export function contentLine(taskId: string, ref: BlobRef, content: Uint8Array): string {
  const bytes = Buffer.from(content);
  const text = bytes.toString();
  const isText = Buffer.from(text).equals(bytes);
  return JSON.stringify({
    ref,
    task_id: taskId,
    ...(isText ? { text } : { base64: bytes.toString('base64') }),
  });
}

/** Undefined for a line that is an event. */
export function parseContent(line: object): ArchivedContent | undefined {
  if (!('ref' in line)) return undefined;
  const parsed = lineSchema.parse(line);
  const content = 'text' in parsed ? Buffer.from(parsed.text) : Buffer.from(parsed.base64, 'base64');
  return { ref: parsed.ref, content };
}
