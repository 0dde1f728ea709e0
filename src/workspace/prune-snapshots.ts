import fs from 'node:fs';
import path from 'node:path';
import { git, maybeGit } from './git.ts';
import { inTurn, indexNameOf, shortHash, snapshotRepository } from './snapshot-repository.ts';

/** Hours for which everything is kept: somebody may be about to name it. */
const KEPT_HOURS = 24;

/** What of the snapshots is still wanted, whatever its age. */
export interface WantedSnapshots {
  /** Ids of snapshots; those that are not there are passed over. */
  readonly ids: readonly string[];
  /** Folders that are still looked at. */
  readonly folders: readonly string[];
}

interface PruneOptions extends WantedSnapshots {
  /** Folder whose `.lineclear/` has the snapshots. */
  readonly root: string;
  /** Who wants them: what another log wants in the same folder is kept, too. */
  readonly logId: string;
}

/** Deletes the indexes of folders that are gone, and returns the trees of the others. */
async function currentTrees(repository: string, folders: readonly string[]): Promise<string[]> {
  const wanted = new Set(folders.map(indexNameOf));
  const trees: string[] = [];
  for (const name of fs.readdirSync(repository).filter((entry) => /^index-[0-9a-f]+$/.test(entry))) {
    const index = path.join(repository, name);
    const age = Date.now() - fs.statSync(index).mtimeMs;
    if (!wanted.has(name) && age > KEPT_HOURS * 3_600_000) {
      fs.rmSync(index);
      continue;
    }
    const env = { GIT_DIR: repository, GIT_INDEX_FILE: index };
    const tree = await maybeGit(['write-tree'], { cwd: repository, env });
    if (tree !== undefined) trees.push(tree);
  }
  return trees;
}

/** Names what this log wants, and nothing else of what it has named before. */
async function nameWanted(repository: string, logId: string, ids: readonly string[]): Promise<void> {
  const options = { cwd: repository, env: { GIT_DIR: repository } };
  const folder = `refs/kept/${shortHash(logId)}`;
  const asked = [...new Set(ids)].filter((id) => /^[0-9a-f]{40,64}$/.test(id));
  const input = asked.map((id) => `${id}\n`).join('');
  const answers =
    asked.length === 0 ? [] : (await git(['cat-file', '--batch-check'], { ...options, input })).split('\n');
  const there = asked.filter((_, at) => answers[at]?.includes(' tree '));
  const before = (await git(['for-each-ref', '--format=%(refname)', folder], options))
    .split('\n')
    .filter(Boolean);
  const names = new Map(there.map((id) => [`${folder}/${id}`, id]));
  const changes = [
    ...before.filter((name) => !names.has(name)).map((name) => `delete ${name}\n`),
    ...[...names].map(([name, id]) => `update ${name} ${id}\n`),
  ];
  if (changes.length > 0) await git(['update-ref', '--stdin'], { ...options, input: changes.join('') });
}

/**
 * Deletes what nobody wants any more and is older than a day; what is younger stays, so that others may take snapshots
 * meanwhile. Throws a `GitError`, and has deleted nothing that is wanted then.
 */
export async function pruneSnapshots({ root, logId, ids, folders }: PruneOptions): Promise<void> {
  const repository = snapshotRepository(root);
  if (!fs.existsSync(path.join(repository, 'HEAD'))) return;
  await inTurn(repository, async () => {
    await nameWanted(repository, logId, ids);
    const trees = await currentTrees(repository, folders);
    const expire = `--expire=${KEPT_HOURS}.hours.ago`;
    await git(['prune', expire, ...trees], { cwd: repository, env: { GIT_DIR: repository } });
  });
}
