import type { CommandId } from '../commands.ts';
import type { Target } from '../target.ts';

/** A codicon, and the id of a theme colour for it. */
export interface NodeIcon {
  readonly id: string;
  readonly color?: string | undefined;
}

/** A tooltip as Markdown in which every text from outside has been escaped. */
export interface Tooltip {
  readonly markdown: string;
  /** The only commands that its links may run. */
  readonly commands: readonly CommandId[];
}

/** One row of a tree, free of VS Code: what is shown is decided here, and tests compare it as text. */
export interface TreeNode {
  /** Stable as long as the row is about the same thing, so that selection and expansion survive. */
  readonly id: string;
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon: NodeIcon;
  /** Worked out when somebody wants to see it: most rows are never pointed at. */
  readonly tooltip?: (() => Tooltip) | undefined;
  /** What a screen reader says; state is in it in words, never in the icon alone. */
  readonly spoken: string;
  /** What menus look at: words, most general first. */
  readonly context: string;
  /** What the row is about, for the commands in its menus. */
  readonly target: Target;
  /** What a click or Enter does. */
  readonly command?: CommandId | undefined;
  readonly children?: readonly TreeNode[] | undefined;
  /** Whether children are shown before the person decided. */
  readonly expanded?: boolean | undefined;
}

/** Rows as a person sees them: `label  description`, two spaces deeper for each level. */
export function treeText(nodes: readonly TreeNode[], depth = 0): string {
  return nodes
    .flatMap(({ label, description, children = [] }) => [
      '  '.repeat(depth) + (description ? `${label}  ${description}` : label),
      ...(children.length > 0 ? [treeText(children, depth + 1)] : []),
    ])
    .join('\n');
}
