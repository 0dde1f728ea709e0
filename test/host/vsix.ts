import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import { ensureHost } from '../../scripts/parts.ts';
import { scratch } from './scratch.ts';
import { serverMain } from './server.ts';

/** Puts the extension into a folder of extensions, as `code --install-extension` does. */
export async function installVsix(vsix: string, extensionsDir: string): Promise<void> {
  await ensureHost();
  if (!fs.existsSync(vsix)) throw new Error(`there is no ${vsix}: npm run package makes it`);
  const dataDir = scratch().makeFolder('install');
  await promisify(execFile)(process.execPath, [
    serverMain,
    '--install-extension',
    vsix,
    `--extensions-dir=${extensionsDir}`,
    `--server-data-dir=${dataDir}`,
    '--accept-server-license-terms',
  ]);
}
