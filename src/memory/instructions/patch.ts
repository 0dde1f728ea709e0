import { diffPatch } from 'node-diff3';

interface Stretch {
  readonly offset: number;
  readonly length: number;
}

const range = ({ offset, length }: Stretch): string => `${length === 0 ? offset : offset + 1},${length}`;

/** The lines that differ, as a unified diff without context; empty when the texts are the same. */
export function patchOf(before: string, after: string): string {
  const [old, fresh] = [before, after].map((text) => text.replace(/\r?\n$/, '').split(/\r?\n/));
  if (!old || !fresh) return '';
  return diffPatch(old, fresh)
    .flatMap(({ buffer1, buffer2 }) => [
      `@@ -${range(buffer1)} +${range(buffer2)} @@`,
      ...(buffer1.chunk ?? []).map((line) => `-${line}`),
      ...(buffer2.chunk ?? []).map((line) => `+${line}`),
    ])
    .join('\n');
}
