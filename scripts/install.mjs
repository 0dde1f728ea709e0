// @ts-check
// Plain JavaScript, and nothing outside Node: this runs with Node 20 before anything is installed.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Runs `npm ci` in a folder unless its node_modules is what package-lock.json says. Install scripts stay off:
 * nothing here needs one, and some of them would compile C++.
 * @param {string} folder
 * @param {string} label what is installed, for the person who waits
 * @returns {Promise<boolean>} whether something had to be installed
 */
export async function install(folder, label) {
  if (isInstalled(folder)) return false;
  return await alone(`${path.join(folder, 'node_modules')}.lock`, async () => {
    if (isInstalled(folder)) return false; // another process did it while this one waited
    const started = Date.now();
    process.stderr.write(`Installing ${label} …\n`);
    await npmCi(folder);
    process.stderr.write(`Installed ${label} in ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
    return true;
  });
}

/**
 * Compares the lockfile with the record that npm leaves in node_modules when an install is complete. A stamp of
 * our own would not know about an `npm install` by hand, and would have everything installed again.
 * @param {string} folder
 */
function isInstalled(folder) {
  const wanted = readPackages(path.join(folder, 'package-lock.json'));
  const present = readPackages(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    const found = present[name];
    if (!name.startsWith('node_modules/')) return true; // the project itself, and folders that it links to
    if (!found) return isForAnotherPlatform(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * @param {string[] | undefined} names
 * @param {string} here
 */
const isHere = (names, here) => names === undefined || names.includes(here);

/** @param {LockEntry} entry */
function isForAnotherPlatform({ optional, devOptional, os, cpu, libc }) {
  if (!optional && !devOptional) return false;
  // One that names no platform could not be installed, which is what optional means.
  if (!os && !cpu) return true;
  return !(isHere(os, process.platform) && isHere(cpu, process.arch) && isHere(libc, ownLibc()));
}

function ownLibc() {
  const { header } = Object(process.report.getReport());
  return header.glibcVersionRuntime === undefined ? 'musl' : 'glibc';
}

/**
 * @typedef {{
 *   version?: string, integrity?: string, optional?: boolean, devOptional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[]
 * }} LockEntry
 * @param {string} file
 * @returns {Record<string, LockEntry> | undefined}
 */
function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {string} folder */
async function npmCi(folder) {
  // Inside `npm test` the variables of the outer npm point at the outer folder and its options.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')));
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32', // npm is npm.cmd there
  });
  npm.stdout.resume();
  /** @type {number | null} */
  const code = await new Promise((resolve, reject) => {
    npm.once('error', reject);
    npm.once('close', resolve);
  });
  if (code !== 0) throw new Error(`npm ci failed in ${folder} (exit code ${code}); its messages are above`);
}

/**
 * One process at a time, also between processes: two `npm ci` in one folder destroy each other's work. The lock
 * file names its owner; one that is left over from a process that is gone counts for nothing.
 * @template T
 * @param {string} lock
 * @param {() => Promise<T>} action
 * @returns {Promise<T>}
 */
async function alone(lock, action) {
  while (!tryLock(lock)) await delay(200);
  const release = () => fs.rmSync(lock, { force: true });
  process.once('exit', release);
  try {
    return await action();
  } finally {
    process.removeListener('exit', release);
    release();
  }
}

/** @param {string} lock */
function tryLock(lock) {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  try {
    process.kill(Number(fs.readFileSync(lock, 'utf8')), 0);
  } catch {
    fs.rmSync(lock, { force: true });
  }
  return false;
}
