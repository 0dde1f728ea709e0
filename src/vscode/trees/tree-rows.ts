import type { Target } from '../target.ts';
import type { TreeNode } from './tree-node.ts';

/**
 * What VS Code holds on to: the same object as long as the row is about the same thing, while what it shows changes.
 * Menus pass it to commands, which look at `target`.
 */
export class Row {
  node: TreeNode;
  readonly parent: Row | undefined;
  children: readonly Row[] = [];

  constructor(node: TreeNode, parent: Row | undefined) {
    this.node = node;
    this.parent = parent;
  }

  get target(): Target {
    return this.node.target;
  }
}

const own = ({ children, ...node }: TreeNode): string =>
  JSON.stringify({ ...node, opens: (children?.length ?? 0) > 0 });

const ids = (nodes: readonly TreeNode[]): string => JSON.stringify(nodes.map(({ id }) => id));

/** The rows of one tree, and which of them a new model changes. */
export class TreeRows {
  roots: readonly Row[] = [];

  /** Takes a new model. Returns the rows to be drawn again, with all below them; undefined: the whole tree. */
  update(nodes: readonly TreeNode[]): readonly Row[] | undefined {
    const before = this.roots;
    const changed: Row[] = [];
    this.roots = this.#merge(before, nodes, undefined, changed);
    return ids(before.map(({ node }) => node)) === ids(nodes) ? changed : undefined;
  }

  #merge(
    rows: readonly Row[],
    nodes: readonly TreeNode[],
    parent: Row | undefined,
    changed: Row[],
  ): readonly Row[] {
    const known = new Map(rows.map((row) => [row.node.id, row]));
    return nodes.map((node) => {
      const row = known.get(node.id) ?? new Row(node, parent);
      const { children = [] } = node;
      const isChanged =
        known.has(node.id) && (own(row.node) !== own(node) || ids(row.node.children ?? []) !== ids(children));
      row.node = node;
      if (isChanged) changed.push(row);
      // Below a row that is drawn again, nothing needs to be named.
      row.children = this.#merge(row.children, children, row, isChanged ? [] : changed);
      return row;
    });
  }
}
