import * as l10n from '@vscode/l10n';
import type { TreeNode } from './tree-node.ts';

/** More rows than this tell a person nothing, and cost time at each refresh. */
const LIMIT = 100;

/** The first rows, and how many of all are left out. */
export function cutRows(
  rows: readonly (() => TreeNode)[],
  id: string,
  all: number = rows.length,
): readonly TreeNode[] {
  const shown = rows.slice(0, LIMIT).map((row) => row());
  const left = all - shown.length;
  if (left === 0) return shown;
  const label = l10n.t('{0} older', left);
  return [
    ...shown,
    {
      id,
      label,
      icon: { id: 'ellipsis' },
      spoken: l10n.t('{0} older are not shown', left),
      context: 'more',
      target: {},
    },
  ];
}
