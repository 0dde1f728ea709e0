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
