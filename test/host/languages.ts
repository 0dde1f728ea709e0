import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a server speak these languages to users whose browser speaks them, as it does when a language pack is
 * installed. VS Code's own words stay English: its packs are in the marketplace, and only extensions are tested.
 */
export function offerLanguages(dataDir: string, languages: readonly string[]): void {
  const data = path.join(dataDir, 'data');
  const noWords = path.join(data, 'no-words.i18n.json');
  const extensions = [{ extensionIdentifier: { id: 'test.no-words' }, version: '1.0.0' }];
  const pack = { hash: 'no-words', extensions, translations: { vscode: noWords } };
  fs.mkdirSync(path.join(data, 'User'), { recursive: true });
  fs.writeFileSync(noWords, '{ "contents": {} }');
  // Where VS Code keeps which language packs are installed.
  const packs = Object.fromEntries(languages.map((language) => [language, { ...pack, label: language }]));
  fs.writeFileSync(path.join(data, 'languagepacks.json'), JSON.stringify(packs));
  // Without this file the server takes English for what the user chose.
  fs.writeFileSync(path.join(data, 'User/argv.json'), '{}');
}
