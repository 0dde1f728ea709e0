import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { bundleFile, exportStrings } from '../scripts/export-strings.ts';
import { root } from '../scripts/targets.ts';

const read = (file: string): Record<string, unknown> => {
  const content: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  return { ...Object(content) };
};

const textOf = (message: unknown): string => {
  const text: unknown =
    typeof message === 'object' && message !== null && 'message' in message ? message.message : message;
  if (typeof text !== 'string') throw new Error(`no text: ${JSON.stringify(message)}`);
  return text;
};

const placeholders = (message: unknown) => (textOf(message).match(/\{\w+\}/g) ?? []).toSorted();
/** Links and buttons of welcome views: what they do must not be translated. */
const links = (message: unknown) => (textOf(message).match(/\]\([^)]*\)/g) ?? []).toSorted();
const codicons = (message: unknown) => (textOf(message).match(/\$\([\w-]+\)/g) ?? []).toSorted();

/** Each English file and its translations. */
const translationsOf = (english: string, pattern: string) =>
  fs.globSync(pattern, { cwd: root }).map((translated) => ({ english, translated }));
const translations = [
  ...translationsOf('l10n/bundle.l10n.json', 'l10n/bundle.l10n.*.json'),
  ...translationsOf('package.nls.json', 'package.nls.*.json'),
];

test('the texts for translators are those of the code', async () => {
  // If this fails: node scripts/export-strings.ts
  expect(read(bundleFile)).toEqual(JSON.parse(await exportStrings()));
});

test.for(translations)('$translated is complete, with its placeholders and links', (files) => {
  const english = read(path.join(root, files.english));
  const translated = read(path.join(root, files.translated));
  expect(Object.keys(translated).toSorted()).toEqual(Object.keys(english).toSorted());
  for (const [key, text] of Object.entries(english)) {
    expect([key, placeholders(translated[key])]).toEqual([key, placeholders(text)]);
    expect([key, links(translated[key])]).toEqual([key, links(text)]);
    expect([key, codicons(translated[key])]).toEqual([key, codicons(text)]);
  }
});
