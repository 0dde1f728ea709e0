import { LineclearError } from '../contract/errors.ts';
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type TreeChange, diffTrees } from './diff-tree.ts';
import { git, gitBytes } from './git.ts';

/** The work of a task in its worktree: what differs from the commit that it began with. */
export interface TaskChanges {
  readonly files: readonly TreeChange[];
  /** Ids of git's trees, which never change: the one that it began with, and the work as it was looked at. */
  readonly before: string;
  readonly now: string;
  /** As `git diff` prints it. */
  patch(): Promise<string>;
}

interface Place {
  readonly path: string;
  readonly base_commit: string;
  readonly status: 'open' | 'merged' | 'discarded';
  readonly commit?: string | undefined;
}

/** The work as a tree, with what is not committed, and without touching the index of the worktree. */
async function treeOf(root: string, { path: folder, status, commit, base_commit }: Place): Promise<string> {
  if (status === 'merged' && commit !== undefined)
    return await git(['rev-parse', '--verify', `${commit}^2^{tree}`], { cwd: root }).catch(() =>
      git(['rev-parse', `${commit}^{tree}`], { cwd: root }),
    );
  if (status === 'discarded' || !fs.existsSync(folder))
    throw new LineclearError(
      'not_waiting',
      `The worktree is ${status === 'open' ? 'gone' : status}: there is nothing to show.`,
    );
  const own = await git(['rev-parse', '--path-format=absolute', '--git-path', 'index'], { cwd: folder });
  // Of each look its own: of two that share one git refuses the second.
  const index = path.join(path.dirname(own), `lineclear-index-${randomUUID()}`);
  const options = { cwd: folder, env: { GIT_INDEX_FILE: index } };
  try {
    await git(['read-tree', base_commit], options);
    await git(['add', '-A'], options);
    return await git(['write-tree'], options);
  } finally {
    fs.rmSync(index, { force: true });
  }
}

/** Throws `not_waiting` when the work was thrown away. */
export async function taskChanges(root: string, place: Place): Promise<TaskChanges> {
  const tree = await treeOf(root, place);
  const base = await git(['rev-parse', `${place.base_commit}^{tree}`], { cwd: root });
  return {
    files: await diffTrees(base, tree, { cwd: root }),
    before: base,
    now: tree,
    patch: () => git(['diff', '--no-ext-diff', '--no-textconv', base, tree], { cwd: root }),
  };
}

/** Text of a file in one of git's trees; empty when it is not there. `tree`: its id, 40 or 64 hexadecimal digits. */
export async function textInTree(root: string, tree: string, file: string): Promise<string> {
  const there = await git(['--literal-pathspecs', 'ls-tree', '-z', tree, '--', file], { cwd: root });
  const blob = /^\d+ blob ([0-9a-f]+)\t/.exec(there)?.[1];
  if (blob === undefined) return '';
  return (await gitBytes(['cat-file', 'blob', blob], { cwd: root })).toString('utf8');
}
