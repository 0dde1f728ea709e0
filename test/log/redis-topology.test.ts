import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type RedisBackend, type RedisOptions, openRedis } from '../../src/log/redis/open-redis.ts';
import { logConfigOf, logOptionsOf } from '../../src/log-config.ts';
import { subscribe } from '../../src/log/subscribe.ts';
import { output, outputs, range, readAll, sequences } from './drafts.ts';
import { freePort } from './free-port.ts';
import { startRedis, startSentinel } from './redis-server.ts';

async function open(
  options: Omit<RedisOptions, 'tenantId'> & { readonly tenantId?: string },
): Promise<RedisBackend> {
  const backend = await openRedis({ tenantId: 'acme', ...options });
  onTestFinished(() => backend.close());
  return backend;
}

async function start(...settings: string[]) {
  const server = await startRedis(...settings);
  onTestFinished(() => server.dispose());
  return server;
}

/** Everything that a log does, once. */
async function useAll({ log, blobs, snapshots, leases, trim, streamInfo }: RedisBackend) {
  const expectedVersion = { taskId: 'task-1', version: 0 };
  await log.append([output('a', { task_id: 'task-1' })], { expectedVersion });
  await expect(log.append([output('b')], { expectedVersion })).rejects.toMatchObject({
    code: 'version_conflict',
  });
  await log.append(outputs(10, 0, { task_id: 'task-2' }));
  expect(sequences(await readAll(log))).toEqual(range(1, 11));
  expect(sequences(await readAll(log, { taskId: 'task-2', types: ['agent.output'] }))).toEqual(range(2, 11));
  expect(await blobs.get(await blobs.put(Buffer.from('content')))).toEqual(Buffer.from('content'));
  await snapshots.put({ reducer: 'world', reducerVersion: 1, sequence: 5, state: '{}' });
  expect(await snapshots.position('world', 1)).toBe(5);
  expect(await leases.acquire('orchestrator', 'a', 1000)).toMatchObject({ token: 1 });
  for await (const { position } of subscribe(log, { signal: new AbortController().signal, after: 11 })) {
    if (position === 12) break;
    await log.append(outputs(1));
  }
  expect(await trim()).toBe(5);
  expect(await streamInfo()).toMatchObject({ first: 6, last: 12 });
}

/** A certificate of this machine that nobody vouches for; undefined where there is no openssl to make one with. */
function makeCertificate(): { readonly key: string; readonly cert: string } | undefined {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-tls-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const made = spawnSync('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '1',
    '-keyout',
    key,
    '-out',
    cert,
    ...subject,
  ]);
  return made.status === 0 ? { key, cert } : undefined;
}

const NO_OPENSSL = 'there is no openssl to make a certificate with';

test('a connection by TLS checks who the server is', async (context) => {
  const made = makeCertificate();
  if (!made) return context.skip(NO_OPENSSL);
  const { key, cert } = made;
  const port = await freePort();
  await start(
    '--tls-port',
    String(port),
    '--tls-cert-file',
    cert,
    '--tls-key-file',
    key,
    '--tls-auth-clients',
    'no',
  );
  const url = `rediss://127.0.0.1:${port}`;
  await expect(open({ url })).rejects.toMatchObject({
    code: 'log_unreachable',
    message: expect.stringContaining('self-signed certificate'),
  });
  await useAll(await open({ url, tls: { ca: fs.readFileSync(cert) }, keepEvents: 1 }));
});

describe('a cluster', () => {
  test('keeps all keys of a tenant together', async () => {
    // By itself a node listens on its port plus 10,000, too, which an outgoing connection of anybody may have.
    const buses = [await freePort(), await freePort(), await freePort()];
    const nodes = await Promise.all(
      buses.map((bus) =>
        start('--cluster-enabled', 'yes', '--cluster-port', String(bus), '--databases', '1'),
      ),
    );
    const hands = nodes.map(({ port }) => new Redis(port));
    onTestFinished(() => hands.forEach((hand) => hand.disconnect()));
    const [first] = hands;
    const slots = [
      [0, 5460],
      [5461, 10_922],
      [10_923, 16_383],
    ] as const;
    for (const [index, hand] of hands.entries()) {
      await hand.call('CLUSTER', 'ADDSLOTSRANGE', ...(slots[index] ?? []));
      await hand.call('CLUSTER', 'MEET', '127.0.0.1', nodes[0]?.port ?? 0, buses[0] ?? 0);
    }
    for (const hand of hands) await expect.poll(() => hand.cluster('INFO')).toContain('cluster_state:ok');
    expect(await first?.cluster('INFO')).toContain('cluster_known_nodes:3');
    const url = `redis://127.0.0.1:${nodes[0]?.port}`;
    const heard: string[] = [];
    hands[2]?.on('message', (channel: string) => heard.push(channel));
    await hands[2]?.subscribe('lineclear:events');
    for (const tenantId of ['acme', 'b', 'c', 'd'])
      await useAll(await open({ url, cluster: true, tenantId, keepEvents: 1 }));
    // Whichever node it is sent to, all of them tell it.
    await expect.poll(() => new Set(heard)).toEqual(new Set(['lineclear:events']));
    const sizes = await Promise.all(hands.slice(0, 2).map((hand) => hand.dbsize()));
    expect(sizes.filter((size) => size > 0).length).toBeGreaterThan(0);
  }, 60_000);
});

describe('a sentinel', () => {
  test('leads to the new primary when the old one dies', async () => {
    const primary = await start('--repl-diskless-sync-delay', '0');
    const replica = await start('--replicaof', '127.0.0.1', String(primary.port));
    const sentinel = await startSentinel(primary.port);
    onTestFinished(() => sentinel.dispose());
    const hand = new Redis(replica.port);
    onTestFinished(() => hand.disconnect());
    await expect.poll(() => hand.info('replication')).toContain('master_link_status:up');
    const { log, connection } = await open({
      url: 'redis://',
      options: { sentinels: [{ host: '127.0.0.1', port: sentinel.port }], name: 'main' },
      timeoutMs: 20_000,
    });
    await log.append(outputs(10));
    await expect.poll(() => hand.xlen('t:{acme}:events:log')).toBe(10);
    await primary.kill();
    expect(sequences(await log.append(outputs(1)))).toEqual([11]);
    expect(sequences(await readAll(log))).toEqual(range(1, 11));
    expect(await hand.xlen('t:{acme}:events:log')).toBe(11);
    expect(connection.state.connected).toBe(true);
  }, 60_000);

  test('that wants TLS and a password of its own leads to a primary that does, too', async (context) => {
    const made = makeCertificate();
    if (!made) return context.skip(NO_OPENSSL);
    const { key, cert } = made;
    const [port, guard] = [await freePort(), await freePort()];
    const tls = [
      `tls-cert-file ${cert}`,
      `tls-key-file ${key}`,
      `tls-ca-cert-file ${cert}`,
      'tls-auth-clients no',
    ];
    const server = tls.flatMap((line) => `--${line}`.split(' '));
    await start('--port', '0', '--tls-port', String(port), ...server, '--requirepass', 'open sesame');
    const sentinel = await startSentinel(
      port,
      'port 0',
      `tls-port ${guard}`,
      ...tls,
      'tls-replication yes',
      'requirepass "watch out"',
      'sentinel auth-pass main "open sesame"',
    );
    onTestFinished(() => sentinel.dispose());
    const options = (passwords: Readonly<Record<string, string>>) => {
      const address = `127.0.0.1:${guard}`;
      const redis = { sentinels: [address], sentinel_name: 'main', ca: cert };
      const chosen = logOptionsOf('/', logConfigOf('/', { url: 'rediss://any/0', passwords, redis }));
      return chosen.backend === 'redis' ? chosen : expect.fail('not on Redis');
    };
    const both = { [`127.0.0.1:${guard}`]: 'watch out', '*': 'open sesame' };
    const { log } = await open(options(both));
    expect(sequences(await log.append(outputs(2)))).toEqual([1, 2]);
    await expect(open(options({ '*': 'open sesame' }))).rejects.toMatchObject({
      code: 'log_unreachable',
      message: expect.stringContaining('no sentinel answers: NOAUTH'),
    });
  }, 60_000);
});
