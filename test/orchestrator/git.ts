import { execFileSync } from 'node:child_process';

/** Runs the real git; returns what it prints. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', ...args], {
    cwd: folder,
    encoding: 'utf8',
  }).trimEnd();

/** Makes the folder a git repository with everything in it committed; of `.lineclear/` the configuration. */
export function commitAll(folder: string): void {
  git(folder, 'init', '-q', '-b', 'main');
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'Begin');
}
