import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '../../scripts/targets.ts';
import { launchBrowser, newUser } from '../../test/host/browser.ts';
import { scratch } from '../../test/host/scratch.ts';
import { startServer } from '../../test/host/server.ts';
import type { Probe, Reading } from './reading.ts';

/** Windows of a real VS Code, each with an extension host of its own. */
export interface HostWindows {
  /** Opens a window on a folder, lets it measure, closes it. */
  readonly measure: (folder: string, probe: Omit<Probe, 'result'>) => Promise<Reading>;
}

const GIVE_UP_MS = 180_000;

/** The product as it is packaged, but activated by nobody except the probe. */
function prepareOurs(folder: string): void {
  const { status } = spawnSync(process.execPath, [path.join(root, 'scripts/build.ts'), '--production'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the build failed');
  for (const name of ['dist', 'prebuilds', 'media'])
    fs.symlinkSync(path.join(root, name), path.join(folder, name));
  for (const name of fs.globSync('package.nls*.json', { cwd: root }))
    fs.symlinkSync(path.join(root, name), path.join(folder, name));
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...manifest, activationEvents: [] }));
}

/** The smallest extension that there can be. */
function prepareEmpty(folder: string, name: string): void {
  const { engines } = manifest;
  const own = {
    name,
    publisher: 'bench',
    version: '1.0.0',
    engines,
    main: './main.cjs',
    extensionKind: ['workspace'],
  };
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ ...own, activationEvents: [] }));
  fs.writeFileSync(path.join(folder, 'main.cjs'), 'exports.activate = () => undefined;\n');
}

async function prepareProbe(folder: string): Promise<string> {
  const outfile = path.join(folder, 'probe.cjs');
  const entryPoints = [path.join(import.meta.dirname, 'probe.ts')];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', external: ['vscode'] });
  return outfile;
}

function folderIn(parent: string, name: string): string {
  const folder = path.join(parent, name);
  fs.mkdirSync(folder);
  return folder;
}

/** Starts VS Code and gives it to `use`; everything is ended afterwards. */
export async function withWindows<T>(use: (windows: HostWindows) => Promise<T>): Promise<T> {
  const own = scratch();
  const extensionsDir = own.makeFolder('extensions');
  const warmUp = own.makeFolder('warm-up');
  const probes = own.makeFolder('probe');
  prepareOurs(folderIn(extensionsDir, `lineclear.lineclear-${manifest.version}`));
  prepareEmpty(folderIn(extensionsDir, 'bench.empty-1.0.0'), 'empty');
  prepareEmpty(warmUp, 'warm-up');
  const suite = await prepareProbe(probes);
  const probeFile = path.join(probes, 'probe.json');
  const result = path.join(probes, 'result.json');
  const env = { BENCH_PROBE: probeFile };
  const server = await startServer({ testDriver: true, env, extensionsDir });
  const browser = await launchBrowser();
  try {
    return await use({
      async measure(folder, probe) {
        fs.rmSync(result, { force: true });
        fs.writeFileSync(probeFile, JSON.stringify({ ...probe, result }));
        const user = await newUser(browser);
        const page = await user.newPage();
        let hasEnded = false;
        await page.exposeFunction('codeAutomationExit', () => {
          hasEnded = true;
        });
        await page.exposeFunction('codeAutomationLog', (kind: unknown, args: unknown) => {
          if (kind === 'error' && Array.isArray(args) && process.env['HOST_LOG']) console.error(...args);
        });
        const payload = [
          ['extensionDevelopmentPath', server.remoteUri(warmUp)],
          ['extensionTestsPath', server.remoteUri(suite)],
        ] as const;
        try {
          await page.goto(server.url({ folder, payload }), { waitUntil: 'commit' });
          // Looked for by path: the window does not always tell that its suite has ended.
          for (const end = Date.now() + GIVE_UP_MS; !fs.existsSync(result); await delay(100))
            if (hasEnded || Date.now() > end) throw new Error(`no result:\n${server.output.slice(-2000)}`);
        } finally {
          await user.close();
        }
        const reading: Reading = JSON.parse(fs.readFileSync(result, 'utf8'));
        return reading;
      },
    });
  } finally {
    await browser.close();
    await server.stop();
    await own.close();
  }
}
