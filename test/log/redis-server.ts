import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { ensureRedis } from '../../scripts/servers.ts';
import { freePort } from './free-port.ts';
import { type TestServer, suspend } from './test-server.ts';

export interface RedisServer extends TestServer {
  /** The address of one of its databases. */
  url(database?: number): string;
}

/** Starts the program and waits until it has said that it is ready. */
async function run(args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(ensureRedis(), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`redis-server ended with ${String(code)}: ${said.join('\n')}`);
  });
  failed.catch(() => undefined);
  const ready = (async () => {
    for await (const line of readline.createInterface({ input: child.stdout })) {
      said.push(line);
      if (/Ready to accept connections|\+monitor/.test(line)) break;
    }
    // Or it would stop when the pipe is full.
    child.stdout.resume();
  })();
  await Promise.race([ready, failed]);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const newFolder = () => fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-redis-'));

/**
 * A real server on a free port with its own data folder, which stores everything before it acknowledges it. With `everysec`
 * it would not: while a sync of the second before is under way it acknowledges what is in its memory only.
 */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = newFolder();
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--databases', '5000'];
  const persistence = ['--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
  const start = () => run([...place, ...persistence, ...settings]);
  let child = await start();
  return {
    port,
    url: (database = 0) => `redis://127.0.0.1:${port}/${database}`,
    kill: () => end(child),
    async start() {
      child = await start();
    },
    pause: () => suspend(child),
    resume: () => void child.kill('SIGCONT'),
    async dispose() {
      await end(child);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A sentinel that watches the primary on a port under the name `main`, and decides alone. */
export async function startSentinel(
  primary: number,
  ...more: readonly string[]
): Promise<{ port: number; dispose(): Promise<void> }> {
  const port = await freePort();
  const folder = newFolder();
  const file = path.join(folder, 'sentinel.conf');
  const settings = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `sentinel monitor main 127.0.0.1 ${primary} 1`,
    'sentinel down-after-milliseconds main 500',
    'sentinel failover-timeout main 5000',
    ...more,
  ];
  fs.writeFileSync(file, `${settings.join('\n')}\n`);
  const child = await run([file, '--sentinel']);
  return {
    port,
    async dispose() {
      await end(child);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
