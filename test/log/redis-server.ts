import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';

export interface RedisServer {
  readonly port: number;
  /** The address of one of its databases. */
  url(database?: number): string;
  /** Ends it without a chance to save anything. */
  kill(): Promise<void>;
  /** Starts it on the same port and data again. */
  start(): Promise<void>;
  /** Stops its time, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A real server on a free port with its own data folder, which persists every second like a usual one. */
export async function startRedis(...settings: readonly string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-redis-'));
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--databases', '5000'];
  const persistence = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--save', ''];
  let child: ChildProcess;

  async function start(): Promise<void> {
    const started = spawn('redis-server', [...args, ...persistence, ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const exited = once(started, 'exit').then(([code]) => {
      throw new Error(`redis-server ended with ${String(code)}: ${said.join('\n')}`);
    });
    const said: string[] = [];
    const ready = (async () => {
      for await (const line of readline.createInterface({ input: started.stdout })) {
        said.push(line);
        if (line.includes('Ready to accept connections')) break;
      }
      // Or it would stop when the pipe is full.
      started.stdout.resume();
    })();
    exited.catch(() => undefined);
    await Promise.race([ready, exited]);
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  await start();
  return {
    port,
    url: (database = 0) => `redis://127.0.0.1:${port}/${database}`,
    kill,
    start,
    signal: (signal) => void child.kill(signal),
    async dispose() {
      await kill();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
