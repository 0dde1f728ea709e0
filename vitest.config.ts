import os from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests start hundreds of processes of our own from the same sources: each file is compiled once, not once in each.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules/.cache/compiled');

/** What tests wait for comes when the machine comes to it: these limits assert nothing, they only end what hangs. */
const patient = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 30_000 } } };

/** Tests wait for processes more than they compute; by itself Vitest would take one worker on two processors. */
const WORKERS = Math.max(2, Math.floor(os.availableParallelism() / 2));

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/real-agents/**', 'test/ui/**', 'test/vscode/suite/**'],
          maxWorkers: WORKERS,
          ...patient,
        },
      },
      // What needs the real agents of test/agents/package.json, which take minutes to download.
      {
        test: {
          name: 'agents',
          include: ['test/real-agents/**/*.test.ts'],
          maxWorkers: WORKERS,
          ...patient,
        },
      },
      // A user with mouse and keyboard in a real VS Code.
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          maxWorkers: WORKERS,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // VS Code draws when it comes to it.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
