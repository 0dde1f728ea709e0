import fs from 'node:fs';
import path from 'node:path';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { type GitOptions, git, maybeGit, splitNul } from './git.ts';

/** The worktree of a task, as its events name it. */
export interface Worktree {
  /** Absolute. */
  readonly path: string;
  readonly branch: string;
  readonly base_commit: string;
}

const refuse = (message: string, cause?: unknown): LineclearError =>
  new LineclearError('worktree_failed', message, { cause });

const placeOf = (root: string, taskId: string) => ({
  path: path.join(root, '.lineclear', 'worktrees', taskId),
  branch: `lineclear/${taskId}`,
});

/** Where the branch of a task began: recorded in git with the branch, so that it is known also after a crash. */
const baseKey = (branch: string): string => `branch.${branch}.lineclearBase`;

async function isLinked(folder: string): Promise<boolean> {
  if (!fs.existsSync(path.join(folder, '.git'))) return false;
  const top = await maybeGit(['rev-parse', '--show-toplevel'], { cwd: folder });
  return top !== undefined && fs.realpathSync(top) === fs.realpathSync(folder);
}

/**
 * The worktree of a task: the one that is there already, or a new one on a new branch that begins at the commit that is
 * checked out. Throws `worktree_failed` where that is not possible.
 */
export async function createWorktree(root: string, taskId: string): Promise<Worktree> {
  const main: GitOptions = { cwd: root };
  const place = placeOf(root, taskId);
  const head = await maybeGit(['rev-parse', '--verify', '-q', 'HEAD'], main);
  if (head === undefined)
    throw refuse(
      `A worktree needs a git repository with a commit, and ${root} has none. Commit first, or create the task without a worktree.`,
    );
  const begun = await maybeGit(['config', '--get', baseKey(place.branch)], main);
  if (begun !== undefined && (await isLinked(place.path))) return { ...place, base_commit: begun };
  try {
    // What a crash left half-made is made anew: nobody has worked in it.
    fs.rmSync(place.path, { recursive: true, force: true });
    await git(['worktree', 'prune'], main);
    await git(['worktree', 'add', '-q', '-B', place.branch, place.path, head], main);
    // Last: with this it counts as made.
    await git(['config', baseKey(place.branch), head], main);
  } catch (error) {
    throw refuse(`The worktree cannot be made: ${messageOf(error)}`, error);
  }
  return { ...place, base_commit: head };
}

/** Whether somebody is in the middle of something in the main worktree. */
async function whyNotMergeable(root: string): Promise<string | undefined> {
  const main: GitOptions = { cwd: root };
  if ((await maybeGit(['symbolic-ref', '-q', 'HEAD'], main)) === undefined) return 'no branch is checked out';
  for (const name of ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD', 'rebase-merge', 'rebase-apply']) {
    const file = await git(['rev-parse', '--path-format=absolute', '--git-path', name], main);
    if (fs.existsSync(file)) return 'a merge, rebase or cherry-pick is going on';
  }
  const dirty = splitNul(await git(['diff', '--name-only', '-z', 'HEAD'], main));
  if (dirty.length === 0) return undefined;
  const more = dirty.length > 3 ? ` and ${dirty.length - 3} more` : '';
  return `it has changes that are not committed: ${dirty.slice(0, 3).join(', ')}${more}`;
}

/** Who commits, where the person has not told git a name. */
const author = async (options: GitOptions): Promise<readonly string[]> =>
  (await maybeGit(['var', 'GIT_COMMITTER_IDENT'], options)) === undefined
    ? ['-c', 'user.name=Lineclear', '-c', 'user.email=lineclear@localhost']
    : [];

/** Commits what the agents left uncommitted, in the worktree. Returns the commit with all of the work. */
async function commitWork({ path: folder }: Worktree, message: string): Promise<string> {
  const there: GitOptions = { cwd: folder };
  await git(['add', '-A'], there);
  if ((await git(['status', '--porcelain'], there)) !== '')
    await git([...(await author(there)), 'commit', '-q', '--no-verify', '-m', message], there);
  return await git(['rev-parse', 'HEAD'], there);
}

/** The merge that brought a commit in, if it is in already. */
async function mergeOf(root: string, work: string): Promise<string | undefined> {
  const main: GitOptions = { cwd: root };
  if ((await maybeGit(['merge-base', '--is-ancestor', work, 'HEAD'], main)) === undefined) return undefined;
  const merges = await git(['rev-list', '--merges', '--ancestry-path', `${work}..HEAD`], main);
  return merges.split('\n').at(-1) || work;
}

async function conflictsOf(root: string, work: string): Promise<string[]> {
  const args = ['merge-tree', '--write-tree', '--name-only', '-z', '--no-messages', 'HEAD', work];
  try {
    await git(args, { cwd: root });
    return [];
  } catch (error) {
    if (error instanceof Error && 'exitCode' in error && error.exitCode === 1 && 'stdout' in error)
      return splitNul(String(error.stdout)).slice(1);
    throw error;
  }
}

const filesBetween = async (root: string, from: string, to: string): Promise<string[]> =>
  splitNul(await git(['diff', '--name-only', '-z', '--no-renames', from, to], { cwd: root }));

/** Removes the folder and the branch; what is gone already is no problem. */
async function remove(root: string, { path: folder, branch }: Worktree): Promise<void> {
  const main: GitOptions = { cwd: root };
  await maybeGit(['worktree', 'remove', '--force', '--force', folder], main);
  fs.rmSync(folder, { recursive: true, force: true });
  await git(['worktree', 'prune'], main);
  await maybeGit(['branch', '-q', '-D', branch], main);
  await maybeGit(['config', '--remove-section', `branch.${branch}`], main);
}

/** What a merge would meet: throws `worktree_failed` with the reason when it is not possible. Changes nothing in main. */
async function prepareMerge(root: string, worktree: Worktree, title: string): Promise<string> {
  if (!(await isLinked(worktree.path))) throw refuse(`The worktree ${worktree.path} is not there any more.`);
  const work = await commitWork(worktree, title);
  if ((await mergeOf(root, work)) !== undefined) return work;
  const problem = await whyNotMergeable(root);
  if (problem !== undefined) throw refuse(`${root} is not ready for a merge: ${problem}.`);
  const conflicts = await conflictsOf(root, work);
  if (conflicts.length > 0)
    throw refuse(
      `The work conflicts with what was committed meanwhile in ${conflicts.join(', ')}. Nothing was merged. Merge ${worktree.branch} by hand, or discard the worktree.`,
    );
  return work;
}

/**
 * Merges the work into the branch that is checked out in `root`, then removes the worktree. All or nothing; when the
 * work is in already, as after a crash, it only says so. Throws `worktree_failed` with the reason.
 */
export async function mergeWorktree(
  root: string,
  worktree: Worktree,
  title: string,
): Promise<{ readonly commit: string; readonly files: readonly string[] }> {
  const work = await prepareMerge(root, worktree, title);
  const main: GitOptions = { cwd: root };
  if ((await mergeOf(root, work)) === undefined) {
    const message = `Merge “${title}”`;
    try {
      await git(
        [...(await author(main)), 'merge', '-q', '--no-ff', '--no-verify', '-m', message, work],
        main,
      );
    } catch (error) {
      await maybeGit(['merge', '--abort'], main);
      throw refuse(`Nothing was merged: ${messageOf(error)}`, error);
    }
  }
  const commit = (await mergeOf(root, work)) ?? work;
  const files = await filesBetween(root, worktree.base_commit, work);
  await remove(root, worktree);
  return { commit, files };
}

/** Throws the work away. */
export const discardWorktree = (root: string, worktree: Worktree): Promise<void> => remove(root, worktree);
