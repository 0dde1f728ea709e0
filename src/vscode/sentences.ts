/** Sentences one after the other, each with its end. */
export const sentences = (...parts: readonly (string | undefined)[]): string =>
  parts
    .filter((part) => part !== undefined && part.trim() !== '')
    .map((part) => (/[.!?…:]$/.test(part?.trim() ?? '') ? part : `${part}.`))
    .join(' ');
