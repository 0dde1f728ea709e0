import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureNats } from '../../scripts/servers.ts';
import { freePort } from './free-port.ts';
import { type TestServer, suspend } from './test-server.ts';

export interface NatsServer extends TestServer {
  readonly url: string;
}

/** Whether something accepts connections there and introduces itself as NATS does. */
async function answers(port: number): Promise<boolean> {
  const socket = net.connect(port, '127.0.0.1');
  try {
    const [data]: unknown[] = await once(socket, 'data');
    return String(data).startsWith('INFO');
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

export async function startNats({ config = '', jetstream = true } = {}): Promise<NatsServer> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-nats-'));
  const port = await freePort();
  const file = path.join(folder, 'server.conf');
  const storage = jetstream ? `jetstream { store_dir: ${JSON.stringify(path.join(folder, 'data'))} }` : '';
  fs.writeFileSync(file, `listen: "127.0.0.1:${port}"\n${storage}\n${config}\n`);
  let child: ChildProcess;
  let ended: Promise<unknown>;

  async function start(): Promise<void> {
    const log = fs.openSync(path.join(folder, 'server.log'), 'a');
    child = spawn(ensureNats(), ['-c', file], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    ended = once(child, 'exit');
    await once(child, 'spawn');
    while (!(await answers(port))) {
      if (child.exitCode !== null) throw new Error(fs.readFileSync(path.join(folder, 'server.log'), 'utf8'));
      await sleep(10);
    }
  }

  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    start,
    kill,
    pause: () => suspend(child),
    resume: () => void child.kill('SIGCONT'),
    async dispose() {
      await kill();
      fs.rmSync(folder, { recursive: true });
    },
  };
}
