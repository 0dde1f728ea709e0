import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests start hundreds of processes of our own from the same sources: each file is compiled once, not once in each.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules/.cache/compiled');

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', 'test/ui/**', 'test/vscode/suite/**'],
          testTimeout: 30_000,
        },
      },
      // A user with mouse and keyboard in a real VS Code: one browser at a time on a small machine.
      {
        test: {
          name: 'ui',
          include: ['test/ui/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // VS Code draws when it comes to it.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
