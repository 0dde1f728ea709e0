import fs from 'node:fs';
import path from 'node:path';

export const LINECLEAR_DIR = '.lineclear';

function ancestors(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...ancestors(parent)];
}

/** The main worktree behind a linked one: `.git` is a file there that names `<main>/.git/worktrees/<name>`. */
function mainWorktreeOf(folder: string): string | undefined {
  const git = path.join(folder, '.git');
  const stat = fs.statSync(git, { throwIfNoEntry: false });
  if (!stat) return undefined;
  if (stat.isDirectory()) return folder;
  const target = /^gitdir:\s*(.+)$/m.exec(fs.readFileSync(git, 'utf8'))?.[1]?.trim();
  if (target === undefined) return undefined;
  const gitDir = path.resolve(folder, target);
  const worktrees = path.dirname(gitDir);
  return path.basename(worktrees) === 'worktrees' && path.basename(path.dirname(worktrees)) === '.git'
    ? path.dirname(path.dirname(worktrees))
    : folder;
}

const isLinkedWorktree = (folder: string): boolean => {
  const main = mainWorktreeOf(folder);
  return main !== undefined && main !== folder;
};

/**
 * The folder that holds `.lineclear/` for work in `folder`: the nearest one upwards that has it, else the main worktree
 * of the git repository (worktrees share one log), else `folder` itself.
 */
export function findRoot(folder: string): string {
  const upwards = ancestors(path.resolve(folder));
  const worktree = upwards.map(mainWorktreeOf).find((found) => found !== undefined);
  const own = upwards.find((candidate) =>
    fs.statSync(path.join(candidate, LINECLEAR_DIR), { throwIfNoEntry: false })?.isDirectory(),
  );
  // What a linked worktree has checked out of `.lineclear` is a copy: the log is in the main one.
  if (worktree !== undefined && own !== undefined && isLinkedWorktree(own)) return worktree;
  // A `.lineclear` above the repository belongs to something else.
  if (own !== undefined && (worktree === undefined || own.length >= worktree.length)) return own;
  return worktree ?? path.resolve(folder);
}
