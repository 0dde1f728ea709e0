import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nkeys } from '@nats-io/transport-node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NatsOptions, openNats } from '../../src/log/nats/open-nats.ts';
import { outputs, progress, readAll, sequences } from './drafts.ts';
import { type NatsServer, startNats } from './nats-server.ts';

let folder: string;
let server: NatsServer | undefined;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-access-'));
});
afterEach(async () => {
  await server?.dispose();
  server = undefined;
  fs.rmSync(folder, { recursive: true });
});

/** Everything that a log can do, done by somebody with these credentials. */
async function useAll(options: Partial<NatsOptions>): Promise<void> {
  const backend = await openNats({ url: server?.url ?? '', tenantId: 'acme', ...options });
  try {
    const { log, blobs, snapshots, leases, documents } = backend;
    const changed = log.changed(0, new AbortController().signal);
    await log.append([...outputs(600, 0, { task_id: 'task-1' }), progress('p')]);
    await log.append(outputs(2500, 0, { task_id: 'task-1' }));
    await changed;
    expect(await readAll(log, { taskId: 'task-1' })).toHaveLength(3100);
    expect(sequences(await readAll(log, { types: ['agent.progress'] }))).toEqual([601]);
    expect(await blobs.get(await blobs.put(new Uint8Array(5)))).toHaveLength(5);
    await snapshots.put({ reducer: 'world', reducerVersion: 1, sequence: 1, state: '{}' });
    expect(await leases.acquire('orchestrator', 'a', 1000)).toBeDefined();
    const revision = (await documents.put('a/b', 'c', undefined)) ?? 0;
    expect(await documents.delete('a/b', revision)).toBe(true);
  } finally {
    await backend.close();
  }
}

/** Makes a key and a certificate for localhost, which vouches for itself. */
function makeCertificate(): { key: string; cert: string } {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const args = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const { status, stderr } = spawnSync('openssl', [...args, ...subject, '-keyout', key, '-out', cert]);
  if (status !== 0) throw new Error(`openssl: ${String(stderr)}`);
  return { key, cert };
}

test('a server is reached by TLS when its certificate is known, and by nothing else then', async () => {
  const { key, cert } = makeCertificate();
  server = await startNats({ config: `tls { cert_file: "${cert}", key_file: "${key}" }` });
  const url = `tls://localhost:${server.port}`;
  await useAll({ url, tls: { ca: fs.readFileSync(cert) } });
  await expect(useAll({ url })).rejects.toMatchObject({
    code: 'log_unreachable',
    message: expect.stringContaining('certificate'),
  });
  await server.dispose();
  server = await startNats();
  // Nobody is told a password in clear text who was to be told it in secret.
  await expect(useAll({ url: `tls://me:secret@localhost:${server.port}` })).rejects.toMatchObject({
    code: 'log_unreachable',
    message: expect.not.stringContaining('secret'),
  });
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token of the kind that operators and accounts of NATS sign. */
function sign(issuer: nkeys.KeyPair, subject: string, claims: Record<string, unknown>): string {
  const time = Math.floor(Date.now() / 1000);
  const body = {
    jti: subject,
    iat: time,
    iss: issuer.getPublicKey(),
    sub: subject,
    nats: { version: 2, ...claims },
  };
  const text = `${encode({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encode(body)}`;
  return `${text}.${Buffer.from(issuer.sign(new TextEncoder().encode(text))).toString('base64url')}`;
}

test('credentials of an account open its log; those of nobody, and a file that is none, do not', async () => {
  const unlimited = Object.fromEntries(
    [
      'subs',
      'data',
      'payload',
      'conn',
      'leaf',
      'imports',
      'exports',
      'mem_storage',
      'disk_storage',
      'streams',
      'consumer',
    ].map((limit) => [limit, -1]),
  );
  const [operator, system, account] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createAccount()];
  const write = (issuer: nkeys.KeyPair, file: string) => {
    const user = nkeys.createUser();
    const jwt = sign(issuer, user.getPublicKey(), { type: 'user', subs: -1, data: -1, payload: -1 });
    const seed = new TextDecoder().decode(user.getSeed());
    fs.writeFileSync(
      path.join(folder, file),
      `-----BEGIN NATS USER JWT-----\n${jwt}\n------END NATS USER JWT------\n\n` +
        `-----BEGIN USER NKEY SEED-----\n${seed}\n------END USER NKEY SEED------\n`,
    );
    return path.join(folder, file);
  };
  const preload = (owner: nkeys.KeyPair, limits: Record<string, unknown>) => {
    const key = owner.getPublicKey();
    return `${key}: ${sign(operator, key, { type: 'account', limits: { wildcards: true, ...limits } })}`;
  };
  const claims = { type: 'operator', system_account: system.getPublicKey() };
  server = await startNats({
    config:
      `operator: ${sign(operator, operator.getPublicKey(), claims)}\n` +
      `resolver: MEMORY\nresolver_preload: { ${preload(account, unlimited)}\n${preload(system, { conn: -1, subs: -1 })} }`,
  });
  await useAll({ credentials: write(account, 'ours.creds') });
  await expect(useAll({ credentials: write(nkeys.createAccount(), 'foreign.creds') })).rejects.toMatchObject({
    code: 'log_denied',
  });
  await expect(useAll({ credentials: path.join(folder, 'none.creds') })).rejects.toMatchObject({
    code: 'invalid_config',
    message: expect.stringContaining('none.creds'),
  });
});

test('a token opens a log, and a user who may use what belongs to one log may use no other', async () => {
  server = await startNats({ config: 'authorization { token: open-sesame }' });
  await useAll({ url: `nats://open-sesame@127.0.0.1:${server.port}` });
  await useAll({ token: 'open-sesame', name: 'another' });
  await expect(useAll({})).rejects.toMatchObject({ code: 'log_denied' });
  await server.dispose();

  // As docs/team.md says it.
  const own = ['lineclear.acme.>', '$KV.lineclear_acme.>', '$O.lineclear_acme.>'];
  const api = [
    'LINECLEAR_LOG_acme',
    'LINECLEAR_INDEX_acme',
    'KV_lineclear_acme',
    'OBJ_lineclear_acme',
  ].flatMap((stream) => [
    ...['INFO', 'CREATE', 'PURGE', 'MSG.GET'].map((verb) => `$JS.API.STREAM.${verb}.${stream}`),
    ...['CREATE', 'INFO', 'DELETE', 'MSG.NEXT'].map((verb) => `$JS.API.CONSUMER.${verb}.${stream}.>`),
    `$JS.API.CONSUMER.CREATE.${stream}`,
    `$JS.FC.${stream}.>`,
  ]);
  const publish = JSON.stringify([...own, ...api, '$JS.API.INFO']);
  server = await startNats({
    config: `authorization { users: [{ user: me, password: right, permissions: {
      publish: { allow: ${publish} }, subscribe: { allow: ["_INBOX.>", "lineclear.acme.turn"] } } }] }`,
  });
  const url = `nats://me:right@127.0.0.1:${server.port}`;
  await useAll({ url });
  await expect(useAll({ url, password: 'wrong' })).rejects.toMatchObject({
    code: 'log_denied',
    message: expect.not.stringMatching(/right|wrong/),
  });
  await expect(useAll({ url, tenantId: 'evil' })).rejects.toMatchObject({ code: 'log_denied' });
});
