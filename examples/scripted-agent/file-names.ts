const FILE_NAME =
  /(?<![\w/.:-])(?:[\w-][\w.-]*\/)*[\w-][\w.-]*\.(?:md|txt|ts|tsx|js|jsx|mjs|py|go|rs|java|rb|sh|json|ya?ml|toml|css|html)\b(?!\/)/g;

/** The names of files that a text mentions, each once. */
export const filesIn = (text: string): string[] => [...new Set(text.match(FILE_NAME))];
