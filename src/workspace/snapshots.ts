import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LineclearError } from '../contract/errors.ts';
import { type TreeChange, diffTrees } from './diff-tree.ts';
import { gitOnIndex } from './git-index.ts';
import { GitError, type GitOptions, git, gitBytes, maybeGit, splitNul } from './git.ts';
import { inTurn, indexNameOf, snapshotRepository } from './snapshot-repository.ts';

/** How a file was. */
export interface SnapshotFile {
  /** Bytes; of a symbolic link where it points. */
  readonly content: Buffer;
  readonly kind: 'file' | 'executable' | 'link';
}

/**
 * Snapshots of a folder: exact bytes of all files that git does not ignore. They are kept by git in a repository of our
 * own in `.lineclear/`, so that the person's index, objects, branches and files stay untouched.
 */
export interface Snapshots {
  /** Throws a `GitError` when the folder cannot be looked at, or is too large. */
  take(): Promise<{ readonly id: string; readonly fileCount: number }>;
  changes(from: string, to: string): Promise<readonly TreeChange[]>;
  /** Those of the paths that the snapshot has. */
  has(id: string, paths: readonly string[]): Promise<ReadonlySet<string>>;
  /** Whether a file is there now, be it ignored or not. */
  exists(file: string): boolean;
  /** Undefined when there was no such file. Throws `scope_conflict` when the snapshot is not there any more. */
  read(id: string, file: string): Promise<SnapshotFile | undefined>;
  /** `sha256:` and hex digits of what a change led to. */
  hashOf(change: TreeChange): Promise<string | undefined>;
}

/** Larger files that git does not track yet are not looked at. */
const LARGE = 10 * 1024 * 1024;
/** More files than these in a folder without version control, and it is not a project. */
const MANY = 50_000;

/** What belongs to us, and in a folder without version control what everybody ignores. */
const OURS = [
  '/.lineclear/log.db*',
  '/.lineclear/orchestrator.log*',
  '/.lineclear/snapshots.git*',
  '/.lineclear/worktrees',
  // Kept in step with the log, whoever changes it.
  '/.lineclear/memory',
  '/.lineclear/memory.sync.json*',
  '/.lineclear/context*.json*',
];
const USUAL = [
  'node_modules',
  '.venv',
  'venv',
  '__pycache__',
  '.cache',
  'target',
  'dist',
  'build',
  'out',
  '.next',
  '.DS_Store',
];

/** The bytes on the disk count: nothing that `.gitattributes` says is done to them. */
const AS_IT_IS = '* -text -filter -ident -working-tree-encoding\n';

export const hashContent = (content: Uint8Array): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

const kinds: Readonly<Record<string, SnapshotFile['kind']>> = { '100755': 'executable', '120000': 'link' };

/** A git of another process may read it just now: what is right already is left alone. */
function keepWritten(file: string, content: string): void {
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === content) return;
  const whole = `${file}.${process.pid}`;
  fs.writeFileSync(whole, content);
  fs.renameSync(whole, file);
}

/** It is there as a whole or not at all: another process may make it, too. */
async function makeRepository(repository: string, root: string): Promise<void> {
  const fresh = `${repository}.${process.pid}`;
  await git(['init', '-q', '--bare', fresh], { cwd: root });
  try {
    fs.renameSync(fresh, repository);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true });
    if (!fs.existsSync(path.join(repository, 'HEAD'))) throw error;
  }
}

/** Snapshots of `folder`, kept in the `.lineclear/` of `root`. */
export function openSnapshots(root: string, folder: string): Snapshots {
  const repository = snapshotRepository(root);
  const index = path.join(repository, indexNameOf(folder));
  const options: GitOptions = {
    cwd: folder,
    env: { GIT_DIR: repository, GIT_WORK_TREE: folder, GIT_INDEX_FILE: index },
  };

  async function prepare(): Promise<void> {
    if (!fs.existsSync(path.join(repository, 'HEAD'))) await makeRepository(repository, root);
    const theirs = await maybeGit(
      ['rev-parse', '--path-format=absolute', '--git-path', 'objects', '--git-path', 'info/exclude'],
      { cwd: folder },
    );
    const [objects, exclude] = theirs?.split('\n') ?? [];
    const own = exclude !== undefined && fs.existsSync(exclude) ? fs.readFileSync(exclude, 'utf8') : '';
    const ignored = objects === undefined ? [...OURS, ...USUAL] : [...OURS, own];
    fs.mkdirSync(path.join(repository, 'info'), { recursive: true });
    keepWritten(path.join(repository, 'info', 'exclude'), `${ignored.join('\n')}\n`);
    keepWritten(path.join(repository, 'info', 'attributes'), AS_IT_IS);
    if (objects === undefined || fs.existsSync(index)) return;
    // What the person's repository has is not stored twice; and what it tracks is looked at although it is ignored.
    fs.writeFileSync(path.join(repository, 'objects', 'info', 'alternates'), `${objects}\n`);
    const head = await maybeGit(['rev-parse', '--verify', '-q', 'HEAD^{tree}'], { cwd: folder });
    if (head !== undefined) await maybeGit(['read-tree', head], options);
  }

  async function addAll(): Promise<void> {
    const fresh = splitNul(await git(['ls-files', '-o', '-z', '--exclude-standard'], options));
    if (fresh.length > MANY) throw new GitError(`${folder} has more than ${MANY} files`, undefined, '');
    const large = fresh.filter(
      (file) => (fs.lstatSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? 0) > LARGE,
    );
    const specs = ['.', ...large.map((file) => `:(exclude,top,literal)${file}`)].join('\0');
    try {
      const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
      await gitOnIndex(['add', '-A', '--ignore-errors', ...from], { ...options, input: specs });
    } catch (error) {
      // With 1 it has left out what it cannot read.
      if (!(error instanceof GitError) || error.exitCode !== 1) throw error;
    }
  }

  async function entryOf(id: string, file: string): Promise<{ mode: string; blob: string } | undefined> {
    const line = await git(['--literal-pathspecs', 'ls-tree', '-z', id, '--', file], options);
    const [, mode, blob] = /^(\d+) blob ([0-9a-f]+)\t/.exec(line) ?? [];
    return mode !== undefined && blob !== undefined ? { mode, blob } : undefined;
  }

  return {
    take: () =>
      inTurn(repository, async () => {
        await prepare();
        await addAll();
        const id = await gitOnIndex(['write-tree'], options).catch(async () => {
          // The person's repository has thrown objects away that were shared: everything is read again.
          fs.rmSync(index, { force: true });
          await addAll();
          return await gitOnIndex(['write-tree'], options);
        });
        const fileCount = splitNul(await git(['ls-files', '-z'], options)).length;
        return { id, fileCount };
      }),
    changes: (from, to) => diffTrees(from, to, options),
    async has(id, paths) {
      const asked = paths.filter((file) => !file.includes('\n'));
      if (asked.length === 0) return new Set();
      const input = asked.map((file) => `${id}:${file}\n`).join('');
      const answers = (await git(['cat-file', '--batch-check'], { ...options, input })).split('\n');
      return new Set(asked.filter((_, at) => !answers[at]?.endsWith(' missing')));
    },
    exists: (file) => fs.existsSync(path.join(folder, file)),
    async read(id, file) {
      try {
        const entry = await entryOf(id, file);
        if (!entry) return undefined;
        const content = await gitBytes(['cat-file', 'blob', entry.blob], options);
        return { content, kind: kinds[entry.mode] ?? 'file' };
      } catch (error) {
        const message = `What ${file} was like before is not stored any more.`;
        throw new LineclearError('scope_conflict', message, { cause: error });
      }
    },
    async hashOf({ blob }) {
      if (blob === undefined) return undefined;
      const content = await gitBytes(['cat-file', 'blob', blob], options).catch(() => undefined);
      return content && hashContent(content);
    },
  };
}
