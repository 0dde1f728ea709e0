#!/usr/bin/env node
// test/host/run.ts [FOLDER] [--extensionDevelopmentPath=DIR] [--extensionTestsPath=FILE] [--timeout=SECONDS]
// Runs a mocha suite inside VS Code's extension host. The flags are those of VS Code's own executable, so that
// @vscode/test-electron can use this in its place. HOST_TEST_RESULT names the file for the counts.
// Exit code: 0 passed, 1 failed, 4 the extension host died, 124 no result in time, 2 anything else.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { launchBrowser, newUser } from './browser.ts';
import { scratch } from './scratch.ts';
import { readMocha } from '../../scripts/results.ts';
import { root } from '../../scripts/targets.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';

/** What VS Code says about itself. */
const NOISE = [
  'Resolving connection token',
  'Resolved connection token',
  'Creating a socket',
  '[reconnection-grace-time',
  '[AgentHost',
  '[AccountPolicyGate',
  '[Service Worker',
  'Ignoring fetching',
  'Updating additional',
  'Timed out waiting for authentication provider',
  'Creation of workbench contribution',
  'Canceled: Canceled', // what was under way when the suite ended
];

const FAILED = 1;
const DIED = 4;
const TIMED_OUT = 124;

const { values, positionals } = parseArgs({
  strict: false, // VS Code's many other flags mean nothing here
  allowPositionals: true,
  options: {
    extensionDevelopmentPath: { type: 'string' },
    extensionTestsPath: { type: 'string' },
    timeout: { type: 'string' },
  },
});
const text = (value: string | boolean | undefined, otherwise: string) =>
  typeof value === 'string' ? value : otherwise;
const extension = path.resolve(text(values.extensionDevelopmentPath, root));
const tests = path.resolve(text(values.extensionTestsPath, path.join(root, 'out/suite/index.cjs')));
const seconds = Number(text(values.timeout, '120'));

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => process.exit(130)); // what is left, the scratch's sweeper ends
}
try {
  process.exitCode = await runSuite();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
} finally {
  await scratch().close();
}

async function runSuite(): Promise<number> {
  const resultFile = process.env['HOST_TEST_RESULT'] ?? path.join(scratch().folder, 'result.json');
  fs.rmSync(resultFile, { force: true });
  const folder = positionals[0] ? path.resolve(positionals[0]) : scratch().makeFolder('workspace');
  const started = Date.now();
  const server = await startServer({ testDriver: true, env: { HOST_TEST_RESULT: resultFile } });
  const browser = await launchBrowser();
  try {
    const user = await newUser(browser);
    const code = await codeOf(await user.newPage(), server, folder);
    console.log(`extension host: exit code ${code} after ${((Date.now() - started) / 1000).toFixed(1)} s`);
    if (code !== 0 || hasPassed(resultFile)) return code;
    console.error('The suite left no proof that it passed: its extension host died.');
    console.error(server.output.slice(-2_000));
    return DIED;
  } finally {
    await browser.close();
    await server.stop();
  }
}

/** Opens the window that runs the suite, and waits for the exit code that the desktop's process would have. */
async function codeOf(page: Page, server: Server, folder: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const deadline = setTimeout(() => {
    console.error(`no result after ${seconds} s`);
    resolve(TIMED_OUT);
  }, seconds * 1_000);
  page.once('crash', () => reject(new Error('the page crashed')));
  void server.ended.then(() => reject(new Error('the server ended')));
  await page.exposeFunction('codeAutomationExit', (code: unknown) =>
    resolve(typeof code === 'number' ? code : FAILED),
  );
  await page.exposeFunction('codeAutomationLog', (kind: unknown, args: unknown) => {
    if (!Array.isArray(args) || isNoise(args[0])) return;
    if (kind === 'error') console.error(...args);
    else console.log(...args);
  });
  try {
    await page.goto(
      server.url({
        folder,
        payload: [
          ['extensionDevelopmentPath', server.remoteUri(extension)],
          ['extensionTestsPath', server.remoteUri(tests)],
        ],
      }),
      { waitUntil: 'commit' },
    );
    return await promise;
  } finally {
    clearTimeout(deadline);
  }
}

function hasPassed(file: string): boolean {
  const counts = readMocha(file);
  return counts !== undefined && counts.failed === 0 && counts.passed > 0;
}

function isNoise(line: unknown): boolean {
  return typeof line === 'string' && NOISE.some((start) => line.startsWith(start));
}
