// node scripts/complete-lock.ts [FOLDER]
// A registry that does not carry the packages for other platforms makes `npm install` leave them out of
// package-lock.json, and from then on `npm ci` refuses it on every platform. Their versions are known from the
// packages that ask for them, and their platforms from their names: this adds what is missing.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { root } from './targets.ts';

const fields = z.record(z.string(), z.unknown());
const entrySchema = z.looseObject({
  dev: z.boolean().optional(),
  optionalDependencies: z.record(z.string(), z.string()).optional(),
});

const file = path.join(root, process.argv[2] ?? '.', 'package-lock.json');
const lock = fields.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
const packages = z.record(z.string(), fields).parse(lock['packages']);
const added: string[] = [];
for (const [at, entry] of Object.entries(packages)) {
  const { dev, optionalDependencies = {} } = entrySchema.parse(entry);
  for (const [name, version] of Object.entries(optionalDependencies)) {
    if (packages[`node_modules/${name}`] || packages[`${at}/node_modules/${name}`]) continue;
    const platform = platformOf(name);
    if (!platform) throw new Error(`${at} wants ${name}, and its name does not say for which platform it is`);
    if (!/^\d/.test(version)) throw new Error(`${at} wants ${name} ${version}, which is no exact version`);
    packages[`node_modules/${name}`] = { version, ...(dev ? { dev } : {}), ...platform, optional: true };
    added.push(`${name} ${version}`);
  }
}
// npm's own order, so that its next install changes nothing.
const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
fs.writeFileSync(
  file,
  `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, undefined, 2)}\n`,
);
console.log(added.length === 0 ? 'package-lock.json is complete' : `added:\n${added.join('\n')}`);

/** `…-linux-x64-musl`, `…/darwin-arm64`, `…-windows-x64-baseline` */
function platformOf(name: string): { os: string[]; cpu: string[]; libc?: string[] } | undefined {
  const systems = 'android|darwin|freebsd|linux|openharmony|win32|windows';
  const [, system, cpu, abi = ''] =
    new RegExp(`(?:^|[-/])(${systems})-([a-z0-9]+)(?:-baseline)?(?:-([a-z]+))?$`).exec(name) ?? [];
  if (!system || !cpu) return undefined;
  const os = system === 'windows' ? 'win32' : system;
  const libc = abi.startsWith('musl') ? 'musl' : 'glibc';
  return os === 'linux' && abi ? { os: [os], cpu: [cpu], libc: [libc] } : { os: [os], cpu: [cpu] };
}
