// node scripts/export-strings.ts: writes every text that `l10n.t` is given into l10n/bundle.l10n.json, for translators.
// A test holds the file equal to the code, and the translations complete.
import fs from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { root } from './targets.ts';

export const bundleFile = path.join(root, 'l10n/bundle.l10n.json');

const IMPORT = "import * as l10n from '@vscode/l10n';";

/** All texts of the code, sorted, as JSON. */
export async function exportStrings(): Promise<string> {
  const sources = fs
    .globSync('src/**/*.ts', { cwd: root })
    .map((file) => fs.readFileSync(path.join(root, file), 'utf8'))
    .filter((source) => source.includes(IMPORT));
  // As one file: its queries are compiled anew for each file and each import, which takes longer than to run them.
  const contents = [IMPORT, ...sources.map((source) => source.replace(IMPORT, ''))].join('\n');
  const texts = Object.entries(await getL10nJson([{ extension: '.ts', contents }]));
  const sorted = Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, undefined, 2)}\n`;
}

if (import.meta.main) fs.writeFileSync(bundleFile, await exportStrings());
