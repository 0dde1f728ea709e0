import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root, targets } from '../scripts/targets.ts';
import type { Benchmark } from './benchmark.ts';
import { withFolder } from './workplace.ts';

const LIMIT_MB = 2.5;

export const vsixSize: Benchmark = {
  name: 'vsix_size',
  run: () =>
    withFolder(async (folder) => {
      const sizes = targets.map((target, index) => {
        const out = path.join(folder, `${target}.vsix`);
        const built = index > 0 ? ['--built'] : [];
        const { status } = spawnSync(
          process.execPath,
          [path.join(root, 'scripts/package.ts'), ...built, target, out],
          {
            stdio: ['ignore', 'ignore', 'inherit'],
          },
        );
        if (status !== 0) throw new Error(`${target} could not be packaged`);
        return { target, mb: fs.statSync(out).size / 1024 / 1024 };
      });
      const ours = Math.max(...sizes.map(({ mb }) => mb));
      return {
        ours,
        reference: LIMIT_MB,
        unit: 'MB',
        target: LIMIT_MB,
        note: `the largest of ${sizes.map(({ target, mb }) => `${target} ${mb.toFixed(2)}`).join(', ')}; reference: what it may be; lower is better`,
      };
    }),
};
