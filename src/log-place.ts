import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { LINECLEAR_DIR } from './workspace-root.ts';

/**
 * The file of a workspace's log: in the workspace, or in a folder of its own below the one in which a person keeps the
 * logs of all workspaces. `~/` at the beginning is the person's home.
 */
export function logFileIn(root: string, logs: string | undefined): string {
  if (logs === undefined) return path.join(root, LINECLEAR_DIR, 'log.db');
  const folder = logs.replace(/^~(?=[\\/])/, os.homedir());
  // The name is for people; workspaces of the same name are told apart by their paths.
  const hash = createHash('sha256').update(path.resolve(root)).digest('hex').slice(0, 12);
  return path.join(folder, `${path.basename(path.resolve(root))}-${hash}`, 'log.db');
}
