import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { LogBackend } from '../../src/log/log.ts';
import { openSqlite } from '../../src/log/sqlite/open-sqlite.ts';
import { Memory } from '../../src/memory/memory.ts';
import type { Author } from '../../src/memory/author.ts';

export const maria: Author = { source: 'test', user_id: 'maria' };
export const coder: Author = { ...maria, agent_id: 'coder-1' };

export interface Peer {
  readonly backend: LogBackend;
  readonly memory: Memory;
  readonly errors: unknown[];
}

/** Opens one log as often as wanted, each time as a process of its own would. Closed after the test. */
export function createPeers(): { readonly folder: string; open(hasIndex?: boolean): Promise<Peer> } {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lineclear-memory-'));
  const opened: Peer[] = [];
  onTestFinished(async () => {
    for (const { memory, backend } of opened) {
      await memory.close();
      await backend.close();
    }
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    async open(hasIndex = true) {
      const options = { file: path.join(folder, 'log.db'), tenantId: 'acme', durability: 'process' } as const;
      const backend = await openSqlite(options);
      const errors: unknown[] = [];
      const { words, ...rest } = backend;
      const memory = await Memory.open(hasIndex && words ? { ...rest, words } : rest, (error) =>
        errors.push(error),
      );
      const peer = { backend, memory, errors };
      opened.push(peer);
      return peer;
    },
  };
}
