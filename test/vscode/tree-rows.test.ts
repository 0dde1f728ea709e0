import { expect, test } from 'vitest';
import type { TreeNode } from '../../src/vscode/trees/tree-node.ts';
import { TreeRows } from '../../src/vscode/trees/tree-rows.ts';

const node = (id: string, description = '', children: TreeNode[] = []): TreeNode => ({
  id,
  label: id,
  description,
  icon: { id: 'circle' },
  spoken: id,
  context: '',
  target: {},
  children,
});

const ids = (rows: ReturnType<TreeRows['update']>) => rows?.map((row) => row.node.id);

test('only rows that changed are drawn again', () => {
  const rows = new TreeRows();
  rows.update([node('a', '1 min', [node('a1'), node('a2', '1 min')]), node('b', '1 min')]);
  const changed = rows.update([node('a', '1 min', [node('a1'), node('a2', '2 min')]), node('b', '2 min')]);
  expect(ids(changed)).toEqual(['a2', 'b']);
  expect(rows.update([node('a', '1 min', [node('a1'), node('a2', '2 min')]), node('b', '2 min')])).toEqual(
    [],
  );
});

test('a row whose children come or go is drawn again with all below it', () => {
  const rows = new TreeRows();
  rows.update([node('a', '', [node('a1', 'x')])]);
  expect(ids(rows.update([node('a', '', [node('a1', 'y'), node('a2')])]))).toEqual(['a']);
});

test('a tooltip is worked out for who points at the row, and kept true from then on until the row is drawn again', () => {
  const rows = new TreeRows();
  let asked = 0;
  const telling = (markdown: string): TreeNode => ({
    ...node('a'),
    tooltip: () => {
      asked += 1;
      return { markdown, commands: [] };
    },
  });
  rows.update([telling('one')]);
  expect(rows.update([telling('two')])).toEqual([]);
  expect(asked).toBe(0);
  expect(rows.roots[0]?.askTooltip()).toMatchObject({ markdown: 'two' });
  expect(rows.update([telling('two')])).toEqual([]);
  expect(ids(rows.update([telling('three')]))).toEqual(['a']);
  expect(rows.update([telling('four')])).toEqual([]);
});

test('a root that comes or goes draws the whole tree, with the same rows as before', () => {
  const rows = new TreeRows();
  rows.update([node('a'), node('b')]);
  const [, b] = rows.roots;
  expect(rows.update([node('b'), node('c')])).toBeUndefined();
  expect(rows.roots[0]).toBe(b);
});
