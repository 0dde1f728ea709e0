import path from 'node:path';
import { type LogOptions, openLog } from '../../src/log/open.ts';
import type { LogBackend } from '../../src/log/log.ts';
import type { Author } from '../../src/memory/author.ts';
import { Memory } from '../../src/memory/memory.ts';
import { startNats } from '../../test/log/nats-server.ts';
import { startRedis } from '../../test/log/redis-server.ts';
import { type MeasuredChild, startChild } from '../measured-child.ts';
import { withFolder } from '../workplace.ts';

export const author: Author = { source: 'bench', user_id: 'bench' };

export const backendNames = ['sqlite', 'redis', 'nats'] as const;
export type BackendName = (typeof backendNames)[number];

/** A new log, and a memory on it. */
export interface Place {
  readonly folder: string;
  readonly options: LogOptions;
  readonly backend: LogBackend;
  readonly memory: Memory;
}

/** A server as it comes, with a folder of its own; a file needs none. */
async function startServer(
  name: BackendName,
  folder: string,
): Promise<{ options: LogOptions; stop: () => Promise<void> }> {
  const tenantId = 'local';
  switch (name) {
    case 'sqlite': {
      const file = path.join(folder, 'log.db');
      return {
        options: { backend: 'sqlite', file, tenantId, durability: 'process' },
        stop: async () => undefined,
      };
    }
    case 'redis': {
      const server = await startRedis('--appendfsync', 'everysec');
      return { options: { backend: 'redis', url: server.url(), tenantId }, stop: () => server.dispose() };
    }
    case 'nats': {
      const server = await startNats();
      return { options: { backend: 'nats', url: server.url, tenantId }, stop: () => server.dispose() };
    }
  }
}

/** Runs `use` on a new log and its memory. */
export const withMemory = <T>(name: BackendName, use: (place: Place) => Promise<T>): Promise<T> =>
  withFolder(async (folder) => {
    const { options, stop } = await startServer(name, folder);
    const backend = await openLog(options);
    const memory = await Memory.open(backend, (error) => {
      throw error;
    });
    try {
      return await use({ folder, options, backend, memory });
    } finally {
      await memory.close();
      await backend.close();
      await stop();
    }
  });

/** Another process; the first line that it prints says that it is ready. */
export async function withPeer<T>(
  script: string,
  options: LogOptions,
  use: (peer: MeasuredChild) => Promise<T>,
): Promise<T> {
  const peer = startChild(script, JSON.stringify(options));
  await peer.line();
  try {
    return await use(peer);
  } finally {
    await peer.stop();
  }
}

/** When the peer heard of something above this number: an event's sequence, or the number of a bare message. */
export async function arrivalAfter(peer: MeasuredChild, number: number): Promise<bigint> {
  for (;;) {
    const [position = '', arrived = ''] = (await peer.line()).split(' ');
    if (Number(position) > number) return BigInt(arrived);
  }
}

export const now = () => process.hrtime.bigint();
export const milliseconds = (from: bigint, to: bigint): number => Number(to - from) / 1e6;
