import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findRoot } from '../src/workspace-root.ts';

let folder: string;
beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-root-')));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const make = (...parts: string[]) => {
  const made = path.join(folder, ...parts);
  fs.mkdirSync(made, { recursive: true });
  return made;
};
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
    cwd,
    stdio: 'pipe',
  });

test('a folder without anything is its own root', () => {
  const plain = make('plain');
  expect(findRoot(plain)).toBe(plain);
});

test('the nearest .lineclear upwards wins', () => {
  make('project', '.lineclear');
  expect(findRoot(make('project', 'src', 'deep'))).toBe(path.join(folder, 'project'));
});

test('a repository without a log is the root of its folders', () => {
  const repository = make('repository');
  git(repository, 'init', '-q');
  expect(findRoot(make('repository', 'src'))).toBe(repository);
});

test('a linked worktree shares the root of the main worktree', () => {
  const repository = make('repository');
  git(repository, 'init', '-q');
  git(repository, 'commit', '-q', '--allow-empty', '-m', 'first');
  git(repository, 'worktree', 'add', '-q', path.join(folder, 'linked'));
  expect(findRoot(path.join(folder, 'linked'))).toBe(repository);
});

test('a .lineclear above a repository does not belong to it', () => {
  make('.lineclear');
  const repository = make('repository');
  git(repository, 'init', '-q');
  expect(findRoot(repository)).toBe(repository);
});
