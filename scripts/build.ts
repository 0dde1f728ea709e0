// node scripts/build.ts [--production]
// dist/: the extension, the command line and the pages for webviews and phones. out/: the tests that run inside
// VS Code. prebuilds/: SQLite for every platform.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build as esbuild } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { root } from './targets.ts';

const { values } = parseArgs({ options: { production: { type: 'boolean', default: false } } });
const production = values.production;

const common = {
  absWorkingDir: root,
  bundle: true,
  metafile: true,
  minify: production,
  sourcemap: !production,
  logLevel: 'warning',
  // A CommonJS bundle has no import.meta: code that asks for it would get `undefined` where it runs.
  logOverride: { 'empty-import-meta': 'error' },
} as const satisfies BuildOptions;

/**
 * What few people need and is large: a bundle is read and compiled at every start, so each of these is a file of its own
 * that a bundle loads when it wants it.
 */
const drivers = Object.fromEntries(
  fs.globSync('src/log/*/driver.ts', { cwd: root }).map((file) => [driverName(file), file]),
);
/** So are packages that only such modules need as are loaded late. */
const PACKAGES = ['chokidar', 'yaml'];
const apart: Plugin = {
  name: 'apart',
  setup(builder) {
    builder.onResolve({ filter: new RegExp(`^(?:${PACKAGES.join('|')})$`) }, ({ path: name }) => ({
      path: `./${name}.cjs`,
      external: true,
    }));
    builder.onResolve({ filter: /\/driver\.ts$/ }, ({ kind, path: file, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: `./${driverName(path.join(resolveDir, file))}.cjs`, external: true }
        : undefined,
    );
  },
};

const forNode = {
  ...common,
  platform: 'node',
  format: 'cjs',
  // What the oldest VS Code that we support runs on.
  target: 'node22',
  outExtension: { '.js': '.cjs' },
  // By `require`, which knows the names that such a file exports.
  supported: { 'dynamic-import': false },
} as const satisfies BuildOptions;

const product = await Promise.all([
  esbuild({
    ...forNode,
    entryPoints: { extension: 'src/extension.ts', window: 'src/window.ts' },
    outdir: 'dist',
    external: ['vscode'],
    plugins: [apart],
  }),
  esbuild({
    ...forNode,
    entryPoints: { cli: 'src/cli.ts' },
    outdir: 'dist',
    plugins: [apart],
    banner: { js: '#!/usr/bin/env node' },
  }),
  esbuild({
    ...forNode,
    entryPoints: { api: 'src/api.ts' },
    outdir: 'dist',
    plugins: [apart],
  }),
  // Their errors say by the name of their class what they are.
  esbuild({ ...forNode, entryPoints: drivers, outdir: 'dist', keepNames: true }),
  esbuild({ ...forNode, entryPoints: PACKAGES, outdir: 'dist' }),
  esbuild({
    ...common,
    entryPoints: Object.fromEntries(
      fs.globSync('src/ui/*/main.ts', { cwd: root }).map((file) => [path.basename(path.dirname(file)), file]),
    ),
    outdir: 'dist/ui',
    platform: 'browser',
    format: 'esm',
    target: ['chrome120', 'safari17'],
  }),
]);
const suite = await esbuild({
  ...forNode,
  entryPoints: fs.globSync('test/vscode/suite/*.ts', { cwd: root }),
  outdir: 'out/suite',
  external: ['vscode'],
  packages: 'external', // they run in the checkout, next to node_modules
  minify: false,
});

fs.chmodSync(path.join(root, 'dist/cli.cjs'), 0o755);
removeStale('dist', ...product.map(({ metafile }) => metafile));
removeStale('out/suite', suite.metafile);
declareTypes();
// better-sqlite3 looks for ../prebuilds from the bundle that it is in.
fs.cpSync(path.join(root, 'node_modules/better-sqlite3/prebuilds'), path.join(root, 'prebuilds'), {
  recursive: true,
  force: true,
});

for (const { metafile } of product) {
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    if (!file.endsWith('.map')) console.log(`${file}  ${(bytes / 1024).toFixed(0)} KB`);
  }
}

/** The types of what the package exports. */
function declareTypes(): void {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '--project', path.join(root, 'tsconfig.api.json')], {
    stdio: 'inherit',
  });
}

function driverName(file: string): string {
  return `${path.basename(path.dirname(file))}-driver`;
}

/** What an earlier build left, of a page that is gone or a map that production does not have. */
function removeStale(folder: string, ...metafiles: Metafile[]): void {
  const made = new Set(metafiles.flatMap(({ outputs }) => Object.keys(outputs)));
  for (const entry of fs.readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(root, file).replaceAll(path.sep, '/');
    if (entry.isFile() && !made.has(name)) fs.rmSync(file);
  }
}
