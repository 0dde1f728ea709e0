/** The text as one word of a shell: ids come from agents too, and a command to copy must not do anything else. */
export const shellWord = (text: string): string =>
  /^[\w.:@%+/-]+$/.test(text) && !text.startsWith('-') ? text : `'${text.replaceAll("'", `'\\''`)}'`;
