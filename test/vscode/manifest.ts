import fs from 'node:fs';
import path from 'node:path';
import { capabilities, contributions } from '../../src/vscode/contributions.ts';
import { extractTexts } from './package-nls.ts';

const root = path.join(import.meta.dirname, '../..');
const manifestFile = path.join(root, 'package.json');
const textsFile = path.join(root, 'package.nls.json');

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

const parts = () =>
  extractTexts({
    extensionKind: ['workspace'],
    l10n: './l10n',
    // VS Code adds the events of commands and views itself.
    activationEvents: [
      'onStartupFinished',
      'onWebviewPanel:lineclear.center',
      'onWebviewPanel:lineclear.plan',
    ],
    capabilities: capabilities(),
    contributes: contributions(),
  });

function readObject(file: string): Record<string, unknown> {
  const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (typeof content !== 'object' || content === null) throw new Error(`${file} is no object`);
  return { ...content };
}

/** What package.json has to say about the extension: made from the tables in src/vscode. */
export const expectedManifest = (): Record<string, unknown> => ({ ...Object(parts().keyed) });
/** Its texts by their keys. */
export const expectedTexts = (): Record<string, string> => parts().texts;

export const readManifest = (): Record<string, unknown> => readObject(manifestFile);
/** In English, or as translated into a language such as `de`. */
export const readTexts = (language?: string): Record<string, unknown> =>
  readObject(language === undefined ? textsFile : path.join(root, `package.nls.${language}.json`));

export function writeManifest(): void {
  fs.writeFileSync(manifestFile, json({ ...readManifest(), ...expectedManifest() }));
  fs.writeFileSync(textsFile, json(expectedTexts()));
}
