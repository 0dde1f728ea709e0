import path from 'node:path';
import { errors } from 'playwright-core';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import { root } from '../../scripts/targets.ts';
import type { PageOptions, Server } from '../host/server.ts';
import { escapeRegExp, exactly, Tree } from './tree.ts';

/** The question that an input box or a quick pick must be asking: an answer to another one would go astray. */
interface Prompt {
  readonly title?: string;
}

/**
 * One VS Code window as its user has it: found by role and name, and by VS Code's CSS classes only where it gives
 * neither. What returns a `Locator` is there to be looked at or waited for; what returns a promise acts.
 */
export class Window {
  readonly page: Page;
  readonly server: Server;

  constructor(page: Page, server: Server) {
    this.page = page;
    this.server = server;
  }

  /** Opens a window of this user, ready: its extensions are there. */
  static async open(user: BrowserContext, server: Server, options: PageOptions = {}): Promise<Window> {
    const page = await user.newPage();
    const window = new Window(page, server);
    await oneAfterTheOther(user, async () => {
      await page.goto(server.url(options), { waitUntil: 'commit' });
      await window.ready();
    });
    if (options.workspace !== undefined) await window.#showFolders();
    return window;
  }

  /** The extensions' icons are there earlier, as they were last time, but their commands are not. */
  async ready(): Promise<void> {
    await this.page.waitForFunction(hasLoadedExtensions, undefined, { timeout: 60_000 });
  }

  async reload(): Promise<void> {
    await oneAfterTheOther(this.page.context(), async () => {
      await this.page.evaluate(() => performance.mark('before the reload'));
      // As a user does: VS Code saves what is open first, which a reload of the page does not wait for.
      await this.command('Developer: Reload Window');
      await this.page.waitForFunction(hasReloaded, undefined, { timeout: 60_000 });
    });
  }

  async close(): Promise<void> {
    await this.page.close({ runBeforeUnload: false });
  }

  /** A picture in artifacts/screenshots/. */
  async screenshot(name: string): Promise<string> {
    const file = path.join(root, 'artifacts/screenshots', `${name}.png`);
    await this.page.screenshot({ path: file, animations: 'disabled' });
    return file;
  }

  /**
   * From a server that answers within milliseconds VS Code may take the folders of a workspace file before it listens
   * for them, about every second time, and then the workspace stays empty until the window is reloaded.
   */
  async #showFolders(): Promise<void> {
    const empty = this.page.getByRole('button', { name: 'No Folder Opened Section' });
    while (await empty.isVisible()) await this.reload();
  }

  // --- Activity bar and views

  get sidebar(): Locator {
    return this.page.locator('.part.sidebar');
  }

  /** An icon in the activity bar. Its accessible name ends with the text of its badge. */
  container(name: string): Locator {
    const tab = new RegExp(`^${escapeRegExp(name)}( |$)`);
    return this.page.locator('.part.activitybar').getByRole('tab', { name: tab });
  }

  async openContainer(name: string): Promise<void> {
    const tab = this.container(name);
    await tab.waitFor({ timeout: 20_000 });
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    await this.sidebar
      .getByRole('heading', { name: new RegExp(`^${escapeRegExp(name)}(:|$)`), level: 2 })
      .waitFor();
    await this.restMouse(); // the icon's hover would cover the first rows
  }

  /** Expands a view of the open container. */
  async openView(name: string): Promise<void> {
    const header = this.page.getByRole('button', { name: `${name} Section`, exact: true });
    if ((await header.getAttribute('aria-expanded')) !== 'true') await header.click();
  }

  tree(view: string): Tree {
    return new Tree(this.page, view);
  }

  /** The visible rows of a view as indented text. */
  async treeText(view: string): Promise<string> {
    return await this.tree(view).text();
  }

  treeItem(view: string, label: string): Locator {
    return this.tree(view).row(label);
  }

  async treeAction(view: string, label: string, button: string): Promise<void> {
    await this.tree(view).action(label, button);
  }

  async contextMenu(view: string, label: string, entry: string): Promise<void> {
    await this.tree(view).contextMenu(label, entry);
  }

  // --- Command palette, quick pick, input box: one widget

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget:visible');
  }

  /** Runs a command by its full title, `Lineclear: Create Task`, from the palette. */
  async command(title: string): Promise<void> {
    await this.#inPalette(title, async () => {
      await this.option(title).first().click({ timeout: 2_000 });
    });
  }

  /** The same without the mouse. */
  async commandByKeyboard(title: string): Promise<void> {
    await this.#inPalette(title, async () => {
      const wanted = this.option(title).first();
      await wanted.waitFor({ timeout: 2_000 });
      for (let row = 0; row < 20 && !/\bfocused\b/.test((await wanted.getAttribute('class')) ?? ''); row += 1)
        await this.page.keyboard.press('ArrowDown');
      await this.page.keyboard.press('Enter');
    });
  }

  /** Whether the palette offers a command. Leaves the palette closed. */
  async offersCommand(title: string): Promise<boolean> {
    return await this.#inPalette(title, async () => {
      // Without a match there is one option which says so.
      await this.#options.first().waitFor();
      const offered = (await this.option(title).count()) > 0;
      await this.dismiss();
      return offered;
    });
  }

  /** Answers an input box. */
  async input(text: string, prompt: Prompt = {}): Promise<void> {
    await this.#asks(prompt);
    await this.#quickText.fill(text);
    await this.#quickText.press('Enter');
  }

  /** An entry of the open quick pick. */
  option(label: string): Locator {
    return this.#options.filter({ has: this.page.locator('.label-name', { hasText: exactly(label) }) });
  }

  /** The labels of the open quick pick. */
  async options(prompt: Prompt = {}): Promise<string[]> {
    await this.#asks(prompt);
    await this.#options.first().waitFor();
    const labels = await this.#options
      .locator('.label-name:not(.quick-input-list-label-meta *)')
      .allInnerTexts();
    return labels.map((label) => label.trim());
  }

  /** Answers a quick pick with one entry. */
  async pick(label: string, prompt: Prompt = {}): Promise<void> {
    await this.#asks(prompt);
    await this.option(label).first().click();
  }

  /** Answers a quick pick in which several entries can be ticked. */
  async pickMany(labels: readonly string[], prompt: Prompt = {}): Promise<void> {
    await this.#asks(prompt);
    for (const label of labels) {
      if ((await this.option(label).getAttribute('aria-checked')) !== 'true')
        await this.option(label).click();
    }
    await this.#quickText.press('Enter');
  }

  /** Closes the input box or quick pick without an answer. */
  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  // --- Notifications and dialogs

  notification(text: string | RegExp): Locator {
    return this.page
      .locator('.notifications-toasts:visible, .notifications-center:visible')
      .getByRole('dialog')
      .filter({ hasText: text });
  }

  /** Presses a button of a notification. */
  async answer(text: string | RegExp, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** A modal dialog. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator('.monaco-dialog-box').filter({ hasText: text });
  }

  async answerDialog(text: string | RegExp, button: string): Promise<void> {
    await this.dialog(text).getByRole('button', { name: button, exact: true }).click();
    await this.dialog(text).waitFor({ state: 'detached' });
  }

  // --- Status bar, editors, webviews

  /** An entry of the status bar by its accessible name: its text without icons, then its tooltip. */
  status(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar').getByRole('button', { name: text });
  }

  /** A message that an extension puts into the status bar. */
  statusMessage(text: string | RegExp): Locator {
    return this.page.locator('.part.statusbar').getByText(text);
  }

  editorTab(name: string): Locator {
    return this.page
      .locator('.part.editor')
      .getByRole('tab', { name: new RegExp(`^${escapeRegExp(name)}(,| |$)`) });
  }

  /** The visible lines of the text editor, or of both sides of a comparison. */
  async editorText(): Promise<string> {
    const lines = this.page.locator('.part.editor .monaco-editor .view-lines');
    await lines.first().waitFor();
    return (await lines.allInnerTexts()).join('\n').replaceAll('\u00A0', ' ');
  }

  /** Opens a file of the workspace by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+P');
    await this.#quickText.fill(name);
    await this.option(path.basename(name)).first().click();
    await this.editorTab(path.basename(name)).waitFor();
  }

  /**
   * The page inside a webview: the visible ones, editors and side bars, in the order in which they were made.
   * Narrower by `extension`, publisher and name, where other extensions have webviews too.
   */
  webview({ index = 0, extension = '' }: { index?: number; extension?: string } = {}): FrameLocator {
    return this.page
      .locator(`iframe.webview[src*="extensionId=${extension}"]:visible`)
      .nth(index)
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** Away from everything that has a hover. */
  async restMouse(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    await this.page.mouse.move(width / 2, height / 2);
  }

  // --- Restricted Mode

  /** In Restricted Mode, what "Trust" in the workspace trust editor does. */
  async trustFolder(): Promise<void> {
    await this.command('Workspaces: Manage Workspace Trust');
    const editor = this.page.getByRole('dialog', { name: 'Workspace Trust', exact: true });
    await editor.getByRole('button', { name: 'Trust', exact: true }).click();
    await this.status(/Restricted Mode/).waitFor({ state: 'detached' });
    await editor.getByRole('button', { name: /^Close Modal Editor/ }).click();
    await editor.waitFor({ state: 'detached' });
  }

  get #quickText(): Locator {
    return this.quickInput.locator('.quick-input-box input');
  }

  /** Where several can be ticked, the entries are check boxes. */
  get #options(): Locator {
    return this.quickInput.getByRole('listbox').locator('[role=option], [role=checkbox].monaco-list-row');
  }

  /** Again, as a person would, when nothing came of it. */
  async #inPalette<T>(text: string, action: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      await this.page.keyboard.press('F1');
      try {
        await this.#quickText.fill(`>${text}`, { timeout: 2_000 * attempt });
        return await action();
      } catch (error) {
        // A key is lost when it meets a webview that has just taken the focus and does not listen yet. And what the
        // palette lists it decides when something is typed: a command that becomes available later is not added.
        if (attempt === 5 || !(error instanceof errors.TimeoutError)) throw error;
        await this.page.keyboard.press('Escape');
      }
    }
  }

  async #asks({ title }: Prompt): Promise<void> {
    if (title === undefined) return;
    await this.quickInput.locator('.quick-input-title', { hasText: exactly(title) }).waitFor();
  }
}

/** Runs in the page. */
const hasLoadedExtensions = () => performance.getEntriesByName('code/didLoadExtensions').length > 0;

const hasReloaded = () =>
  performance.getEntriesByName('before the reload').length === 0 &&
  performance.getEntriesByName('code/didLoadExtensions').length > 0;

const loading = new WeakMap<BrowserContext, Promise<unknown>>();

/**
 * Two pages of one user that load the workbench (19 MB) at the same moment get in each other's way in Chromium's
 * cache, and one stays white. Different users may.
 */
async function oneAfterTheOther(user: BrowserContext, load: () => Promise<void>): Promise<void> {
  const before = loading.get(user) ?? Promise.resolve();
  const mine = before.then(load);
  loading.set(
    user,
    mine.catch(() => undefined),
  );
  await mine;
}
