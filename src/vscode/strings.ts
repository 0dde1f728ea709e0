import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

// The first import of the extension: texts that stand in tables are looked up when their module is loaded.
const { bundle } = vscode.l10n;
if (bundle) l10n.config({ contents: bundle });
