import type { Target } from '../target.ts';
import type { Tooltip, TreeNode } from './tree-node.ts';

/**
 * What VS Code holds on to: the same object as long as the row is about the same thing, while what it shows changes.
 * Menus pass it to commands, which look at `target`.
 */
export class Row {
  node: TreeNode;
  readonly parent: Row | undefined;
  children: readonly Row[] = [];
  #drawn: string;
  /** What the tooltip said that VS Code has, and keeps until the row is drawn again. */
  #told: string | undefined;

  constructor(node: TreeNode, parent: Row | undefined) {
    this.node = node;
    this.parent = parent;
    this.#drawn = drawn(node);
  }

  get target(): Target {
    return this.node.target;
  }

  /** The tooltip for who points at the row. */
  askTooltip(): Tooltip | undefined {
    const tooltip = this.node.tooltip?.();
    this.#told = tooltip?.markdown;
    return tooltip;
  }

  /** Takes what is known of it now. Returns whether it has to be drawn again. */
  take(node: TreeNode): boolean {
    this.node = node;
    const before = this.#drawn;
    this.#drawn = drawn(node);
    if (this.#drawn === before && (this.#told === undefined || this.#told === node.tooltip?.().markdown))
      return false;
    this.#told = undefined;
    return true;
  }
}

const ids = (nodes: readonly TreeNode[]): string => JSON.stringify(nodes.map(({ id }) => id));

/** What VS Code is given of a row, without the tooltip, for which it asks. */
const drawn = ({ children = [], ...node }: TreeNode): string => JSON.stringify(node) + ids(children);

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
      const isChanged = known.has(node.id) && row.take(node);
      if (isChanged) changed.push(row);
      // Below a row that is drawn again, nothing needs to be named.
      row.children = this.#merge(row.children, node.children ?? [], row, isChanged ? [] : changed);
      return row;
    });
  }
}
