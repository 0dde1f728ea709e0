import fs from 'node:fs';
import path from 'node:path';
import { openWorkspacePaths } from '../../agents/workspace-paths.ts';

/** Where a file really is, or would be, when links are followed. */
function realPath(file: string): string {
  try {
    return fs.realpathSync(file);
  } catch {
    const parent = path.dirname(file);
    return parent === file ? file : path.join(realPath(parent), path.basename(file));
  }
}

/** How rules name a file: relative to the folder, with `/`; absolute when it is outside, also by a link. */
export const realName = (cwd: string, file: string): string =>
  openWorkspacePaths(cwd).name(realPath(path.resolve(cwd, file)));
