import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type App, openApp } from '../../src/app.ts';

const WAIT = { timeout: 60_000 };
const children = path.join(import.meta.dirname, 'children');

async function start(script: string, root: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(children, script), root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => end(child));
  await once(child.stdout, 'data');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function createWorkspace() {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'lineclear-memory-'));
  const app: App = await openApp({ root, source: 'cli' });
  onTestFinished(async () => {
    await app.close();
    fs.rmSync(root, { recursive: true, force: true });
  });
  const file = (name: string) => path.join(root, '.lineclear/memory', name);
  const memory = await app.memory();
  return {
    root,
    memory,
    author: app.author('coder-1'),
    file,
    write(name: string, text: string) {
      fs.mkdirSync(path.dirname(file(name)), { recursive: true });
      fs.writeFileSync(file(name), text);
    },
    read: (name: string) => (fs.existsSync(file(name)) ? fs.readFileSync(file(name), 'utf8') : undefined),
    text: async (name: string) => {
      await memory.refresh();
      const [domain = '', slug = ''] = name.split('/');
      const note = memory.at(domain, slug);
      return note && (await memory.text(note));
    },
  };
}

it('two windows and the orchestrator keep one folder; when one is killed another one goes on', async () => {
  const { root, memory, author, read, write, text } = await createWorkspace();
  const keepers = await Promise.all([
    start('window.ts', root),
    start('window.ts', root),
    start('orchestrator.ts', root),
  ]);
  write('api/limits.md', '0\n');
  await expect.poll(() => text('api/limits'), WAIT).toBe('0\n');
  for (const [round, keeper] of keepers.entries()) {
    write('api/limits.md', `${round}\n${round}\n`);
    await expect.poll(() => text('api/limits'), WAIT).toBe(`${round}\n${round}\n`);
    const { note } = await memory.write({ domain: 'api', slug: `n${round}`, text: 'By it.\n' }, author);
    await expect.poll(() => read(`api/${note.slug}.md`), WAIT).toBe('By it.\n');
    if (round < 2) await end(keeper);
  }
  await memory.refresh();
  const id = memory.at('api', 'limits')?.note_id ?? '';
  // As often as it was saved: nobody has said the same twice.
  expect(await memory.versions(id)).toHaveLength(4);
}, 120_000);

it('notes follow a repository from branch to branch, and leave it as it is', async () => {
  const { root, memory, read, write, text } = await createWorkspace();
  const git = (...args: string[]) => {
    const by = ['-c', 'user.name=Maria', '-c', 'user.email=maria@example.org'];
    return execFileSync('git', [...by, ...args], { cwd: root, encoding: 'utf8' }).trim();
  };
  await start('window.ts', root);
  write('api/limits.md', '# Limits\n\nTen.\n');
  write('api/gone.md', 'Only on main.\n');
  await expect.poll(() => text('api/gone'), WAIT).toBe('Only on main.\n');
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--force', '.lineclear/memory');
  git('commit', '--quiet', '--message=Notes');
  git('switch', '--quiet', '--create', 'idea');
  write('api/limits.md', '# Limits\n\nTwenty.\n');
  git('mv', '.lineclear/memory/api/gone.md', '.lineclear/memory/api/here.md');
  write('ui/look.md', 'Dark.\n');
  git('add', '--force', '.lineclear/memory');
  git('commit', '--quiet', '--message=An idea');

  const names = async () => (await memory.list()).map(({ domain, slug }) => `${domain}/${slug}`).toSorted();
  const branches = {
    main: { names: ['api/gone', 'api/limits'], limits: '# Limits\n\nTen.\n' },
    idea: { names: ['api/here', 'api/limits', 'ui/look'], limits: '# Limits\n\nTwenty.\n' },
  };
  await expect.poll(names, WAIT).toEqual(branches.idea.names);
  const { note_id } = memory.at('api', 'here') ?? {};
  for (const branch of ['main', 'idea', 'main', 'idea'] as const) {
    git('switch', '--quiet', branch);
    await expect.poll(names, WAIT).toEqual(branches[branch].names);
    await expect.poll(() => text('api/limits'), WAIT).toBe(branches[branch].limits);
    expect(git('status', '--porcelain', '--untracked-files=no')).toBe('');
  }
  expect(memory.at('api', 'here')?.note_id).toBe(note_id);
  expect(read('ui/look.md')).toBe('Dark.\n');
}, 120_000);
