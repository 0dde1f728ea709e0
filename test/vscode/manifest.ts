import fs from 'node:fs';
import path from 'node:path';
import { capabilities, contributions } from '../../src/vscode/contributions.ts';

const file = path.join(import.meta.dirname, '../../package.json');

/** What package.json has to say about the extension: made from the tables in src/vscode. */
export const expected = (): Record<string, unknown> => ({
  extensionKind: ['workspace'],
  // VS Code adds the events of commands and views itself.
  activationEvents: ['onStartupFinished', 'onWebviewPanel:lineclear.plan'],
  capabilities: capabilities(),
  contributes: contributions(),
});

export function readManifest(): Record<string, unknown> {
  const manifest: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (typeof manifest !== 'object' || manifest === null) throw new Error(`${file} is no object`);
  return { ...manifest };
}

export function writeManifest(): void {
  fs.writeFileSync(file, `${JSON.stringify({ ...readManifest(), ...expected() }, undefined, 2)}\n`);
}
