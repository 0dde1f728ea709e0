import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, onTestFinished } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import type { LogBackend } from '../../src/log/log.ts';
import { openLog } from '../../src/log/open.ts';
import type { Author } from '../../src/memory/author.ts';
import { Memory } from '../../src/memory/memory.ts';
import { madeWhole } from '../log/made-whole.ts';
import { startNats } from '../log/nats-server.ts';
import { startRedis } from '../log/redis-server.ts';

export const maria: Author = { source: 'test', user_id: 'maria' };
export const coder: Author = { ...maria, agent_id: 'coder-1' };

export interface Peer {
  readonly backend: LogBackend;
  readonly memory: Memory;
  readonly errors: unknown[];
}

export interface Peers {
  /** A folder of this test. */
  readonly folder: string;
  /** Opens the log once more, as a process of its own would. Closed after the test. */
  open(): Promise<Peer>;
}

/** What the log has of a note, oldest first. */
export async function eventsOf({ backend }: Peer, noteId: string): Promise<AgentEvent[]> {
  const events = await Array.fromAsync(backend.log.read());
  return events.filter(({ data }) => 'note_id' in data && data.note_id === noteId);
}

/** A new log, of which `openBackend` opens one more peer; its folder is another one in each test. */
export function peersOf(openBackend: (folder: string) => Promise<LogBackend>): Peers {
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
    async open() {
      const backend = await openBackend(folder);
      const errors: unknown[] = [];
      const memory = await Memory.open(backend, (error) => errors.push(error));
      const peer = { backend, memory, errors };
      opened.push(peer);
      return peer;
    },
  };
}

const tenantId = 'acme';

/** A new log in a file. */
export const createPeers = (): Peers =>
  peersOf((folder) =>
    openLog({ backend: 'sqlite', file: path.join(folder, 'log.db'), tenantId, durability: 'process' }),
  );

/** The same stories on a log of each kind, on real servers; `newPeers` makes a new log. */
export function describeOnEachBackend(tell: (newPeers: () => Peers) => void): void {
  describe('on SQLite', () => tell(createPeers));
  describe('on Redis', () => {
    let server: Awaited<ReturnType<typeof startRedis>>;
    let databases = 0;
    beforeAll(async () => {
      server = await startRedis();
    });
    afterAll(() => server.dispose());
    tell(() => {
      const url = server.url((databases += 1));
      return peersOf(() => openLog({ backend: 'redis', url, tenantId }));
    });
  });
  describe('on NATS', () => {
    let server: Awaited<ReturnType<typeof startNats>>;
    beforeAll(async () => {
      server = await startNats();
    });
    afterAll(() => server.dispose());
    tell(() =>
      peersOf(async (folder) =>
        madeWhole(await openLog({ backend: 'nats', url: server.url, name: path.basename(folder), tenantId })),
      ),
    );
  });
}
