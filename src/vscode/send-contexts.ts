import * as vscode from 'vscode';

/** Tells VS Code what the conditions of commands and views ask for; each time only what has changed. */
export function createContextSender(): (contexts: Readonly<Record<string, string | number>>) => void {
  const known = new Map<string, string | number>();
  return (contexts) => {
    for (const [key, value] of Object.entries(contexts)) {
      if (known.get(key) === value) continue;
      known.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
}
