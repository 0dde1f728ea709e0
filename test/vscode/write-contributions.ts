// node test/vscode/write-contributions.ts && npx oxfmt package.json
// Writes into package.json what the tables of commands, views and settings say; contributions.test.ts holds it to that.
import { writeManifest } from './manifest.ts';

writeManifest();
