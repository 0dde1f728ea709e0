import { type GitOptions, gitBytes } from './git.ts';

/** A file that differs between two trees. */
export interface TreeChange {
  /** Relative, with `/`. */
  readonly file_path: string;
  readonly operation: 'create' | 'modify' | 'delete';
  /** Not known of binary files. */
  readonly lines_added?: number;
  readonly lines_removed?: number;
  /** Id of what it is now; undefined when it is deleted. */
  readonly blob: string | undefined;
}

const operations: Readonly<Record<string, TreeChange['operation']>> = { A: 'create', D: 'delete' };
const RAW = /^:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) ([A-Z])\d*$/;
const NUMSTAT = /^(\d+|-)\t(\d+|-)\t(.+)$/s;

/** Every file that differs, in the order of its path; a file that moved is one that went and one that came. */
export async function diffTrees(from: string, to: string, options: GitOptions): Promise<TreeChange[]> {
  const args = [
    'diff-tree',
    '-r',
    '-z',
    '--no-renames',
    '--no-ext-diff',
    '--no-textconv',
    '--raw',
    '--numstat',
  ];
  const output = (await gitBytes([...args, from, to], options)).toString('utf8');
  const items = output.split('\0');
  const lines = new Map<string, { lines_added: number; lines_removed: number }>();
  const found: Omit<TreeChange, 'lines_added' | 'lines_removed'>[] = [];
  for (let at = 0; at < items.length; at += 1) {
    const [, blob, status = ''] = RAW.exec(items[at] ?? '') ?? [];
    if (blob !== undefined) {
      at += 1;
      const operation = operations[status] ?? 'modify';
      found.push({ file_path: items[at] ?? '', operation, blob: operation === 'delete' ? undefined : blob });
      continue;
    }
    const [, added = '-', removed = '-', file] = NUMSTAT.exec(items[at] ?? '') ?? [];
    if (file !== undefined && added !== '-')
      lines.set(file, { lines_added: Number(added), lines_removed: Number(removed) });
  }
  return found.map((change) => ({ ...change, ...lines.get(change.file_path) }));
}
