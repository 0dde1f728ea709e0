// Parts that only some commands need, installed when they are needed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { install } from './install.mjs';
import { root } from './targets.ts';

/** The VS Code that tests and `npm start` run in. */
export async function ensureHost(): Promise<void> {
  await install(path.join(root, 'test/host'), 'VS Code (300 MB)');
}

/** The real agents that tests talk to. */
export async function ensureAgents(): Promise<void> {
  const folder = path.join(root, 'test/agents');
  if (fs.existsSync(path.join(folder, 'package.json'))) await install(folder, 'agents for the tests');
}

/** The path of a Chromium or Chrome. */
export function ensureBrowser(): string {
  const chosen = process.env['CHROMIUM'];
  if (chosen) {
    if (!fs.existsSync(chosen)) throw new Error(`CHROMIUM is ${chosen}, which does not exist`);
    return chosen;
  }
  const present = findBrowser();
  if (present) return present;
  if (isDebian() && process.getuid?.() === 0) {
    process.stderr.write('Installing Chromium …\n');
    apt('update', '-qq');
    apt('install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-liberation');
    const installed = findBrowser();
    if (installed) return installed;
  }
  throw new Error(
    'The tests drive VS Code in Chromium or Chrome and found none. ' +
      'Debian and Ubuntu: sudo apt-get install chromium. Fedora: sudo dnf install chromium. ' +
      'macOS: brew install --cask google-chrome. Elsewhere: set CHROMIUM to the path of its executable.',
  );
}

function findBrowser(): string | undefined {
  const candidates =
    process.platform === 'darwin'
      ? ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
          (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
        )
      : ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'].map(
          (name) => `/usr/bin/${name}`,
        );
  // Last, the one that Playwright may have downloaded for another project.
  return [...candidates, chromium.executablePath()].find((file) => fs.existsSync(file));
}

function isDebian(): boolean {
  try {
    return /^ID=debian$/m.test(fs.readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

function apt(...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status } = spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed; its messages are above`);
}
