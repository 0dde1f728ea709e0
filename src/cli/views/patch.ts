import { type Line, whole } from '../line.ts';

const STYLES = { '+': 'green', '-': 'red', '@': 'cyan' } as const;

/** The lines of a unified diff. */
export const patchLines = (patch: string): readonly Line[] =>
  patch.split('\n').map((text) => {
    const mark = text.charAt(0);
    return whole(mark === '+' || mark === '-' || mark === '@' ? { text, style: STYLES[mark] } : text);
  });
