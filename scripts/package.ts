// node scripts/package.ts [TARGET] [OUT] | --all
// The VSIX of one target, by default of this platform. --built takes dist/ as it is instead of building it anew.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { PackageManager, createVSIX, listFiles } from '@vscode/vsce';
import { isTarget, prebuildOf, root, targets, thisTarget, vsixPath } from './targets.ts';
import type { Target } from './targets.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, built: { type: 'boolean', default: false } },
});
const [name = thisTarget(), out] = positionals;
if (!isTarget(name)) throw new Error(`${name} is no target; there are ${targets.join(', ')}`);

if (!values.built) {
  const build = [path.join(import.meta.dirname, 'build.ts'), '--production'];
  const { status } = spawnSync(process.execPath, build, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
if (values.all) for (const target of targets) await packageFor(target, vsixPath(target));
else await packageFor(name, path.resolve(out ?? vsixPath(name)));

async function packageFor(target: Target, packagePath: string): Promise<void> {
  fs.mkdirSync(path.dirname(packagePath), { recursive: true });
  const allowed = fs.readFileSync(path.join(root, '.vscodeignore'), 'utf8');
  // In the root, because its patterns are relative to where it is; and of this process, as two may run.
  const ignoreFile = path.join(root, `.vscodeignore.${process.pid}`);
  fs.writeFileSync(ignoreFile, `${allowed}!prebuilds/${prebuildOf(target)}.node\n`);
  try {
    await checkComplete(ignoreFile);
    // Everything is bundled. `dependencies: true` would ask npm for the production dependencies and pack them.
    await createVSIX({
      cwd: root,
      target,
      packagePath,
      ignoreFile,
      dependencies: false,
      allowMissingRepository: true,
      // The README's links lead into the checkout; there is no public address yet to rewrite them to.
      rewriteRelativeLinks: false,
    });
  } finally {
    fs.rmSync(ignoreFile);
  }
  const size = (fs.statSync(packagePath).size / 1024 / 1024).toFixed(2);
  console.log(`${path.relative(process.cwd(), packagePath)}  ${size} MB`);
}

/** Throws when a bundle that goes in loads a file beside it that does not: nothing else would notice before it runs. */
async function checkComplete(ignoreFile: string): Promise<void> {
  const files = await listFiles({ cwd: root, ignoreFile, packageManager: PackageManager.None });
  const bundles = files.filter((file) => /^dist\/[^/]+\.cjs$/.test(file));
  const loaded = bundles.flatMap((file) =>
    [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/\("(?:\.|dist)\/([\w-]+\.cjs)"\)/g)].map(
      ([, beside]) => `dist/${beside}`,
    ),
  );
  const missing = new Set(loaded.filter((file) => !files.includes(file)));
  if (missing.size > 0) throw new Error(`.vscodeignore leaves out ${[...missing].join(', ')}`);
}
