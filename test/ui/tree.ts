import { errors } from 'playwright-core';
import type { Locator, Page } from 'playwright-core';

/** Matches a text that is exactly this, apart from the space that an icon leaves. */
export const exactly = (text: string): RegExp => new RegExp(`^\\s*${escapeRegExp(text)}\\s*$`);

export const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/**
 * One tree view, wherever it is. Its list is virtual: rows that are scrolled out of sight do not exist. A test that
 * needs more of them makes the window higher.
 */
export class Tree {
  readonly page: Page;
  readonly name: string;

  constructor(page: Page, name: string) {
    this.page = page;
    this.name = name;
  }

  get root(): Locator {
    return this.page.getByRole('tree', { name: this.name, exact: true });
  }

  /** The header, the tree and what is shown instead of an empty tree. */
  get pane(): Locator {
    return this.page
      .locator('.pane')
      .filter({ has: this.page.getByRole('heading', { name: this.name, exact: true }) });
  }

  /** The row with this label. Its accessible name will not do: that is the tooltip, if there is one. */
  row(label: string): Locator {
    return this.root
      .getByRole('treeitem')
      .filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) });
  }

  /** The visible rows as text: `label  description`, two spaces deeper for each level. */
  async text(): Promise<string> {
    const rows = await this.root.getByRole('treeitem').evaluateAll((elements) =>
      elements
        // Rows are in the page in the order in which they were first shown.
        .toSorted((a, b) => Number(a.getAttribute('data-index')) - Number(b.getAttribute('data-index')))
        .map((row) => ({
          level: Number(row.getAttribute('aria-level')),
          texts: ['.label-name', '.label-description'].map(
            (part) => row.querySelector(part)?.textContent?.trim() ?? '',
          ),
        })),
    );
    return rows
      .map(({ level, texts }) => '  '.repeat(level - 1) + texts.filter((text) => text !== '').join('  '))
      .join('\n');
  }

  async expand(label: string): Promise<void> {
    await this.#setExpanded(label, true);
  }

  async collapse(label: string): Promise<void> {
    await this.#setExpanded(label, false);
  }

  /** Opens every visible row, and the rows that this brings, until there is none to open. */
  async expandAll(): Promise<void> {
    const closed = this.root.locator('[role=treeitem][aria-expanded=false]');
    while ((await closed.count()) > 0) {
      const first = await closed.evaluateAll((rows) =>
        Math.min(...rows.map((row) => Number(row.dataset['index']))),
      );
      await this.#toggle(this.root.locator(`[role=treeitem][data-index="${first}"]`), true);
    }
  }

  async click(label: string): Promise<void> {
    await this.row(label).click();
  }

  /** A button that a row shows while the mouse is over it. */
  async action(label: string, button: string): Promise<void> {
    const row = this.row(label);
    await row.hover();
    await row.getByRole('button', { name: button, exact: true }).click();
  }

  /** A button in the view's header. */
  async headerAction(button: string): Promise<void> {
    const toolbar = this.page.getByRole('toolbar', {
      name: new RegExp(`${escapeRegExp(this.name)} actions$`),
    });
    // Hidden while the mouse is elsewhere. In a container with one view, its header is the container's.
    if (await this.pane.locator('.pane-header').isVisible()) await this.pane.locator('.pane-header').hover();
    await toolbar.getByRole('button', { name: button, exact: true }).click();
  }

  /** Right click, then an entry of the menu. */
  async contextMenu(label: string, entry: string): Promise<void> {
    await this.row(label).click({ button: 'right' });
    const item = this.page.getByRole('menuitem', { name: entry, exact: true });
    // With the keyboard: a menu ignores clicks in its first 100 ms, and does not say when they are over.
    await item.hover();
    await item.press('Enter');
  }

  /** What the mouse shows when it rests on a row. */
  async tooltip(label: string): Promise<string> {
    await this.page.mouse.move(0, 0);
    await this.row(label).locator('.label-name').hover();
    // Rows tell it when they are asked.
    const hover = this.page.locator('.workbench-hover:visible').filter({ hasNotText: 'Loading...' }).last();
    await hover.waitFor();
    return (await hover.innerText()).trim();
  }

  async #setExpanded(label: string, expanded: boolean): Promise<void> {
    const isExpanded = (await this.row(label).getAttribute('aria-expanded')) === 'true';
    if (isExpanded !== expanded) await this.#toggle(this.row(label), expanded);
  }

  async #toggle(row: Locator, expanded: boolean): Promise<void> {
    // The twistie: a click on the row would also run the row's command.
    await row.locator('.monaco-tl-twistie').click();
    await row.and(this.page.locator(`[aria-expanded=${String(expanded)}]`)).waitFor();
    if (!expanded) return;
    // A row is open at once, and its children come when the extension has answered. That there are none, or that
    // they are below the edge, nothing says.
    try {
      await this.page.waitForFunction(isFollowedByChild, await row.elementHandle(), { timeout: 1_000 });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
    }
  }
}

/** Runs in the page. */
function isFollowedByChild(row: HTMLElement | SVGElement | null): boolean {
  if (!row) return false;
  const next = row.parentElement?.querySelector(`[data-index="${Number(row.dataset['index']) + 1}"]`);
  return Number(next?.getAttribute('aria-level')) > Number(row.getAttribute('aria-level'));
}
