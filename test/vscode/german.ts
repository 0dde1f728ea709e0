import fs from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';

// Before the modules under test, as src/vscode/strings.ts is: texts of tables are looked up when a module is loaded.
const bundle = path.join(import.meta.dirname, '../../l10n/bundle.l10n.de.json');
l10n.config({ contents: fs.readFileSync(bundle, 'utf8') });
