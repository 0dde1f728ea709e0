import path from 'node:path';

export const root = path.resolve(import.meta.dirname, '..');

/** VS Code's name of each platform that we build for, and better-sqlite3's. */
const PREBUILDS = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'alpine-x64': 'linuxmusl-x64',
  'alpine-arm64': 'linuxmusl-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
  'win32-arm64': 'win32-arm64',
} as const;

export type Target = keyof typeof PREBUILDS;

export const isTarget = (name: string): name is Target => Object.hasOwn(PREBUILDS, name);

export const targets: readonly Target[] = Object.keys(PREBUILDS).filter(isTarget);

/** The file that better-sqlite3 loads on this target: `<prebuild>.node`. */
export const prebuildOf = (target: Target): string => PREBUILDS[target];

export function thisTarget(): Target {
  const platform = process.platform === 'linux' && isMusl() ? 'alpine' : process.platform;
  const name = `${platform}-${process.arch}`;
  if (!isTarget(name)) throw new Error(`there is no build for ${name}; there are ${targets.join(', ')}`);
  return name;
}

/** Where `npm run package` puts a target's VSIX. */
export const vsixPath = (target: Target): string => path.join(root, 'artifacts', `lineclear-${target}.vsix`);

function isMusl(): boolean {
  const report: unknown = process.report.getReport();
  const header =
    typeof report === 'object' && report !== null && 'header' in report ? report.header : undefined;
  return typeof header === 'object' && header !== null && !('glibcVersionRuntime' in header);
}
