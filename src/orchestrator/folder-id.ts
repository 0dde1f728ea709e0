import { createHash } from 'node:crypto';
import type { OrchestratorHolder } from './lease.ts';

/** Names a folder of a machine, without telling others its path. */
export const folderIdOf = ({ host, folder = '' }: Pick<OrchestratorHolder, 'host' | 'folder'>): string =>
  createHash('sha256').update(`${host}\n${folder}`).digest('hex').slice(0, 32);
