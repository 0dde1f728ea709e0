// Servers that tests start, each for itself on a free port.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './targets.ts';

/** What is fetched: installing a server's own package would also start it as a service of the machine. */
const fetched = path.join(root, 'node_modules/.cache/servers');

function find(program: string): string | undefined {
  const folders = [
    fetched,
    path.join(fetched, 'usr/sbin'),
    path.join(fetched, 'usr/bin'),
    ...(process.env['PATH'] ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/local/bin',
    '/opt/homebrew/bin',
  ];
  return folders.map((folder) => path.join(folder, program)).find((file) => fs.existsSync(file));
}

/** The program that a variable names, or one that is there. */
function present(program: string, variable: string): string | undefined {
  const chosen = process.env[variable];
  if (!chosen) return find(program);
  if (!fs.existsSync(chosen)) throw new Error(`${variable} is ${chosen}, which does not exist`);
  return chosen;
}

function apt(...args: string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
}

/** Debian's redis-tools has the server in it, under the name of a tool. */
function fetchRedis(): string | undefined {
  if (!fs.existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return undefined;
  const install = () => apt('install', '-y', '-qq', '--no-install-recommends', 'redis-tools');
  if (!install() && !(apt('update', '-qq') && install())) return undefined;
  fs.mkdirSync(fetched, { recursive: true });
  fs.symlinkSync('/usr/bin/redis-check-rdb', path.join(fetched, 'redis-server'));
  return find('redis-server');
}

/** The path of redis-server, the one that `REDIS_SERVER` names if it does. */
export function ensureRedis(): string {
  const server = present('redis-server', 'REDIS_SERVER') ?? fetchRedis();
  if (server) return server;
  throw new Error(
    'The tests start redis-server 7.0 or newer and found none. Debian and Ubuntu: sudo apt-get install redis-server. ' +
      'Fedora: sudo dnf install redis. macOS: brew install redis. ' +
      'Elsewhere: set REDIS_SERVER to the path of its executable.',
  );
}

/** Unpacks Debian's package of that server. */
function fetchNats(): string | undefined {
  if (!fs.existsSync('/usr/bin/apt-get')) return undefined;
  fs.mkdirSync(fetched, { recursive: true });
  const run = (command: string, ...args: string[]) =>
    spawnSync(command, args, { cwd: fetched, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const download = () => run('apt-get', 'download', '-qq', 'nats-server');
  if (!download() && !(apt('update', '-qq') && download())) return undefined;
  for (const file of fs.globSync('nats-server_*.deb', { cwd: fetched })) run('dpkg-deb', '-x', file, '.');
  return find('nats-server');
}

/** The path of nats-server, the one that `NATS_SERVER` names if it does. */
export function ensureNats(): string {
  const server = present('nats-server', 'NATS_SERVER') ?? fetchNats();
  if (server) return server;
  throw new Error(
    'The tests start nats-server 2.9 or newer and found none. Debian and Ubuntu: sudo apt-get install nats-server. ' +
      'macOS: brew install nats-server. Elsewhere: set NATS_SERVER to the path of its executable.',
  );
}
