// @ts-check
// node scripts/setup.mjs FILE.ts [ARGUMENTS]
// Makes a fresh clone ready and runs FILE.ts: installs the dependencies when they are missing or out of date, and
// uses Node 24, which runs TypeScript as it is. Plain JavaScript for Node 20, because nothing is there yet.
import { spawn, spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { install } from './install.mjs';

const NEEDED = 24;
const root = path.resolve(import.meta.dirname, '..');
const bin = path.join(root, 'node_modules', '.bin');

/** Node 24 or newer: this process, or the one that is among the optional dependencies. */
function findNode() {
  if (Number.parseInt(process.versions.node, 10) >= NEEDED) return process.execPath;
  const packaged = path.join(bin, 'node');
  const { stdout } = spawnSync(packaged, ['--version'], { encoding: 'utf8' });
  if (stdout && Number.parseInt(stdout.slice(1), 10) >= NEEDED) return packaged;
  throw new Error(
    `Lineclear needs Node ${NEEDED} or newer and this is ${process.version}. ` +
      `Only for Linux (x64, arm64) does npm bring it along: please install it from https://nodejs.org and try again.`,
  );
}

/**
 * @param {string} node
 * @param {string[]} args
 */
function run(node, args) {
  const child = spawn(node, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}` },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal gives Ctrl+C to the child as well; twice would mean "at once, without tidying up".
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.once('error', fail);
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? 128 + (signal ? os.constants.signals[signal] : 0);
  });
}

/** @param {unknown} error */
function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

const [file, ...args] = process.argv.slice(2);
if (!file) fail('usage: node scripts/setup.mjs FILE.ts [ARGUMENTS]');
else {
  try {
    await install(root, 'dependencies');
    run(findNode(), [file, ...args]);
  } catch (error) {
    fail(error);
  }
}
