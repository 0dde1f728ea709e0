import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureNats } from '../../scripts/servers.ts';
import { freePort } from './free-port.ts';

export interface NatsServer {
  readonly port: number;
  readonly url: string;
  /** Sends it a signal; resolves when it has ended, unless the signal leaves it alive. */
  signal(signal: 'SIGKILL' | 'SIGTERM' | 'SIGSTOP' | 'SIGCONT'): Promise<void>;
  /** Starts it again, on the same port, with what it has stored. */
  start(): Promise<void>;
  /** Ends it and removes its folder. */
  remove(): Promise<void>;
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

/** A real server of its own, on a free port of this machine, that stores in a folder of its own. */
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

  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    start,
    async signal(signal) {
      child.kill(signal);
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended;
    },
    async remove() {
      child.kill('SIGKILL');
      await ended;
      fs.rmSync(folder, { recursive: true });
    },
  };
}
