// node scripts/export-strings.ts: writes every text that `l10n.t` is given into l10n/bundle.l10n.json, for translators.
// A test holds the file equal to the code, and the translations complete.
import fs from 'node:fs';
import path from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { root } from './targets.ts';

export const bundleFile = path.join(root, 'l10n/bundle.l10n.json');

/** All texts of the code, sorted, as JSON. */
export async function exportStrings(): Promise<string> {
  const files = fs
    .globSync('src/**/*.ts', { cwd: root })
    .map((file) => ({ extension: '.ts', contents: fs.readFileSync(path.join(root, file), 'utf8') }))
    // The extraction of a file takes a while, and most have no text of their own.
    .filter(({ contents }) => contents.includes('l10n.t('));
  const texts = Object.entries(await getL10nJson(files));
  const sorted = Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, undefined, 2)}\n`;
}

if (import.meta.main) fs.writeFileSync(bundleFile, await exportStrings());
