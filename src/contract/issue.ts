import type { z } from 'zod';

/** A field as a person writes it: `data.chunks[1].title`. */
const fieldOf = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  );

/** The first thing that does not fit: which field, and a sentence that begins with it. */
export function firstIssue(
  error: z.ZodError,
  prefix: readonly string[] = [],
): { field: string; text: string } {
  const issue = error.issues[0];
  const extra = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const field = fieldOf([...prefix, ...(issue?.path ?? []), ...extra]);
  const message = extra.length > 0 ? 'is not a field of this event' : (issue?.message ?? 'is not valid');
  return { field, text: `${field}: ${message}` };
}
