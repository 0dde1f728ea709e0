import * as vscode from 'vscode';
import { paragraphs } from './markdown-lines.ts';
import type { TreeNode } from './tree-node.ts';
import { type Row, TreeRows } from './tree-rows.ts';

export interface TreeViewDeps {
  readonly id: string;
  readonly model: () => readonly TreeNode[];
  /** Whether rows have rows below them, which can all be collapsed. */
  readonly nested: boolean;
  /** Markdown to be added to the tooltip of a row: what has to be read from the log first. */
  readonly restOf?: (node: TreeNode) => Promise<string | undefined>;
  /** A model that throws leaves this view as it was; the others are not touched. */
  readonly onError: (error: unknown) => void;
}

function tooltipOf(row: Row, more: string | undefined): vscode.MarkdownString | undefined {
  const tooltip = row.askTooltip();
  if (!tooltip) return undefined;
  const markdown = new vscode.MarkdownString(paragraphs(tooltip.markdown, more));
  markdown.supportHtml = false;
  markdown.supportThemeIcons = false;
  markdown.isTrusted = tooltip.commands.length > 0 ? { enabledCommands: tooltip.commands } : false;
  return markdown;
}

function stateOf({ children = [], expanded }: TreeNode): vscode.TreeItemCollapsibleState {
  if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

function itemOf({ node }: Row): vscode.TreeItem {
  const item = new vscode.TreeItem(node.label, stateOf(node));
  item.id = node.id;
  item.description = node.description;
  item.iconPath = new vscode.ThemeIcon(
    node.icon.id,
    node.icon.color === undefined ? undefined : new vscode.ThemeColor(node.icon.color),
  );
  item.contextValue = node.context;
  item.accessibilityInformation = { label: node.spoken };
  if (node.command) item.command = { command: node.command, title: '', arguments: [node.target] };
  return item;
}

/** One native tree: draws a model, and draws again only what has changed in it. */
export class TreeView implements vscode.Disposable {
  readonly #deps: TreeViewDeps;
  readonly #rows = new TreeRows();
  readonly #changed = new vscode.EventEmitter<Row[] | undefined>();
  readonly #view: vscode.TreeView<Row>;
  readonly #visibility: vscode.Disposable;
  #isStale = true;

  constructor(deps: TreeViewDeps) {
    this.#deps = deps;
    this.#view = vscode.window.createTreeView<Row>(deps.id, {
      showCollapseAll: deps.nested,
      treeDataProvider: {
        onDidChangeTreeData: this.#changed.event,
        getTreeItem: itemOf,
        resolveTreeItem: async (item, row) => {
          const rest = await deps.restOf?.(row.node).catch(deps.onError);
          item.tooltip = tooltipOf(row, rest ?? undefined);
          return item;
        },
        getParent: (row) => row.parent,
        getChildren: (row) => {
          if (row) return [...row.children];
          if (this.#isStale) this.#read();
          return [...this.#rows.roots];
        },
      },
    });
    this.#visibility = this.#view.onDidChangeVisibility(() => {
      if (this.#isStale) this.refresh();
    });
  }

  /** A number on the view and on the container's icon. */
  set badge(badge: vscode.ViewBadge | undefined) {
    if (badge?.value !== this.#view.badge?.value) this.#view.badge = badge;
  }

  /** A few words beside the view's name. */
  set description(description: string) {
    if (description !== (this.#view.description ?? '')) this.#view.description = description;
  }

  /** A line above the rows. */
  set message(message: string) {
    if (message !== (this.#view.message ?? '')) this.#view.message = message;
  }

  /** Looks at the model again; while nobody sees the view, only once it is seen. */
  refresh(): void {
    this.#isStale = true;
    if (!this.#view.visible) return;
    const changed = this.#read();
    if (changed === undefined) this.#changed.fire(undefined);
    else if (changed.length > 0) this.#changed.fire([...changed]);
  }

  dispose(): void {
    this.#visibility.dispose();
    this.#view.dispose();
    this.#changed.dispose();
  }

  #read(): readonly Row[] | undefined {
    this.#isStale = false;
    try {
      return this.#rows.update(this.#deps.model());
    } catch (error) {
      this.#deps.onError(error);
      return [];
    }
  }
}
