// npm start            builds the VSIX, installs it into a VS Code and opens the demonstration
// npm start -- --check does that once without a person, checks the outcome and ends
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { detectAgents } from '../src/agents/known-agents.ts';
import { openApp } from '../src/app.ts';
import { isEnded } from '../src/state/task.ts';
import { startServer } from '../test/host/server.ts';
import { installVsix } from '../test/host/vsix.ts';
import { checkDemonstration } from './check-demonstration.ts';
import { type Cast, DEMONSTRATION, prepareWorkspace } from './demonstration.ts';
import { ensureBrowser } from './parts.ts';
import { root, thisTarget, vsixPath } from './targets.ts';

const { values } = parseArgs({
  options: { check: { type: 'boolean', default: false }, port: { type: 'string', default: '0' } },
});

function buildVsix(): string {
  const vsix = vsixPath(thisTarget());
  const { status } = spawnSync(
    process.execPath,
    [path.join(root, 'scripts/package.ts'), thisTarget(), vsix],
    {
      stdio: 'inherit',
    },
  );
  if (status !== 0) process.exit(status ?? 1);
  return vsix;
}

/** Asks who is to work, where there is somebody to ask and something to choose. */
async function chooseCast(): Promise<Cast> {
  const installed = Object.keys(detectAgents(process.env));
  if (installed.length === 0 || !process.stdin.isTTY) return 'scripted';
  console.log('Who works in the demonstration?');
  const choices = ['scripted', ...installed];
  for (const [index, name] of choices.entries()) {
    console.log(`  ${index + 1}  ${name}${index === 0 ? ' (a small agent of ours; needs no key)' : ''}`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('[1] ');
  terminal.close();
  return choices[Number(answer || 1) - 1] ?? 'scripted';
}

function hasDesktopCode(): boolean {
  const { status } = spawnSync('code', ['--version'], {
    stdio: 'ignore',
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** The task is there when the window opens, so that its plan soon waits. */
async function createTask(folder: string): Promise<void> {
  const app = await openApp({ root: folder, source: 'cli' });
  try {
    await app.refresh();
    if ([...app.world.tasks.values()].every((task) => isEnded(task.phase)))
      await app.execute({ command: 'create_task', description: DEMONSTRATION });
  } finally {
    await app.close();
  }
}

function openInDesktop(vsix: string, folder: string): void {
  const shell = process.platform === 'win32';
  const { status } = spawnSync('code', ['--install-extension', vsix, '--force'], { stdio: 'inherit', shell });
  if (status !== 0) throw new Error('code --install-extension failed; its messages are above');
  spawnSync('code', [folder], { stdio: 'inherit', shell });
  console.log(`VS Code opens ${folder}.`);
}

async function openInBrowser(vsix: string, folder: string): Promise<void> {
  const dataDir = path.join(root, 'artifacts/demonstration/vscode');
  const extensionsDir = path.join(dataDir, 'extensions');
  fs.mkdirSync(extensionsDir, { recursive: true });
  await installVsix(vsix, extensionsDir);
  const server = await startServer({ dataDir, extensionsDir, port: Number(values.port) });
  console.log(`\nOpen ${server.url({ folder })}\nCtrl+C ends it.`);
  await server.ended;
}

const vsix = buildVsix();
if (values.check) {
  ensureBrowser();
  await checkDemonstration(vsix);
} else {
  const folder = prepareWorkspace(path.join(root, 'artifacts/demonstration/yours'), {
    cast: await chooseCast(),
    fresh: false,
  });
  await createTask(folder);
  console.log(
    'In the Lineclear view a plan will wait for you. Approve it from there, or with "Lineclear: Approve Plan".',
  );
  if (hasDesktopCode()) openInDesktop(vsix, folder);
  else await openInBrowser(vsix, folder);
}
