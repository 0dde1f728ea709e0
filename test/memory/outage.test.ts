import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LogBackend } from '../../src/log/log.ts';
import { openLog } from '../../src/log/open.ts';
import { startNats } from '../log/nats-server.ts';
import { startRedis } from '../log/redis-server.ts';
import { PATIENCE_MS } from '../log/server-faults.ts';
import { createFolder } from './folder.ts';
import { coder, peersOf } from './peers.ts';

const WAIT = { timeout: 30_000 };

interface Server {
  readonly open: (name: string) => Promise<LogBackend>;
  readonly kill: () => Promise<void>;
  readonly start: () => Promise<void>;
}

const options = { tenantId: 'acme', timeoutMs: PATIENCE_MS };

const servers: Record<string, () => Promise<Server>> = {
  async Redis() {
    const server = await startRedis();
    onTestFinished(() => server.dispose());
    const { kill, start } = server;
    return { kill, start, open: () => openLog({ ...options, backend: 'redis', url: server.url() }) };
  },
  async NATS() {
    const server = await startNats();
    onTestFinished(() => server.dispose());
    const { url, start } = server;
    return {
      start,
      kill: () => server.kill(),
      open: (name) => openLog({ ...options, backend: 'nats', url, name }),
    };
  },
};

describe.each(Object.keys(servers))('when %s is away for a while', (kind) => {
  it('a write says so, and subscribers and files go on when it is back', async () => {
    const server = await servers[kind]?.();
    if (!server) return;
    const peers = peersOf((folder) => server.open(path.basename(folder)));
    const here = createFolder(peers);
    const [a, b] = [await peers.open(), await peers.open()];
    const heard: string[] = [];
    b.memory.subscribe(['memory.written', 'memory.updated'], ({ data }) => void heard.push(data.slug ?? ''));
    here.keep(b);
    const { note } = await a.memory.write({ domain: 'api', slug: 'one', text: 'One.\n' }, coder);
    await expect.poll(() => [here.read('api/one.md'), ...heard], WAIT).toEqual(['One.\n', 'one']);

    await server.kill();
    const refused = a.memory.update(note.note_id, { body: 'Two.\n' }, coder);
    await expect(refused).rejects.toMatchObject({ code: 'log_unreachable' });
    await expect(b.memory.refresh()).rejects.toMatchObject({ code: 'log_unreachable' });
    fs.appendFileSync(here.file('api/one.md'), 'By me.\n');
    here.write('api/two.md', 'Also by me.\n');
    // Longer than anything waits for the server.
    await expect(b.memory.refresh()).rejects.toMatchObject({ code: 'log_unreachable' });
    await server.start();

    const body = async () => (await a.memory.get(note.note_id).catch(() => undefined))?.body;
    await expect.poll(body, WAIT).toBe('One.\nBy me.\n');
    await expect.poll(async () => (await a.memory.list()).length, WAIT).toBe(2);
    await a.memory.write({ domain: 'api', slug: 'three', text: 'Three.\n' }, coder);
    await expect.poll(() => heard.toSorted(), WAIT).toEqual(['one', 'one', 'three', 'two']);
    await expect.poll(() => here.read('api/three.md'), WAIT).toBe('Three.\n');
  }, 90_000);
});
