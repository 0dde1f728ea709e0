import fs from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import * as z from 'zod/mini';
import { pageHtml } from '../../src/vscode/page-html.ts';
import { type PlanIntent, planIntent } from '../../src/ui/plan/intent.ts';
import type { PlanMessage } from '../../src/ui/plan/protocol.ts';
import type { CenterMessage } from '../../src/ui/center/protocol.ts';
import { now } from './plan-views.ts';
import { type ThemeName, themes } from './themes.ts';

const root = path.join(import.meta.dirname, '../..');
const ORIGIN = 'https://panel.test';
const BROWSER = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

export const hasBrowser = fs.existsSync(BROWSER);

/** A Chromium and the page's script, as the build makes it. */
export class PageBrowser implements AsyncDisposable {
  readonly #browser: Browser;
  /** One for all pages: what they keep belongs to their tab. */
  readonly #context: BrowserContext;
  readonly #script: string;

  private constructor(browser: Browser, context: BrowserContext, script: string) {
    this.#browser = browser;
    this.#context = context;
    this.#script = script;
  }

  static async launch(name: 'plan' | 'center' = 'plan'): Promise<PageBrowser> {
    const bundle = await build({
      absWorkingDir: root,
      entryPoints: [`src/ui/${name}/main.ts`],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: ['chrome120', 'safari17'],
      minify: true,
    });
    const browser = await chromium.launch({
      executablePath: BROWSER,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    });
    return new PageBrowser(
      browser,
      await browser.newContext({ timezoneId: 'UTC' }),
      bundle.outputFiles[0]?.text ?? '',
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
  }

  /** A page as it is in its panel, with nothing to show yet. */
  async open(
    options: {
      theme?: ThemeName;
      width?: number;
      height?: number;
      taskId?: string;
      clock?: 'fixed' | 'real';
    } = {},
  ): Promise<PageDriver> {
    const { theme = 'dark', width = 900, height = 900, taskId = 'task-1', clock = 'fixed' } = options;
    const page = await this.#context.newPage();
    await page.setViewportSize({ width, height });
    const driver = new PageDriver(page);
    await page.route('**/*', async (route) => {
      const url = route.request().url();
      if (url === `${ORIGIN}/`) {
        await route.fulfill({
          contentType: 'text/html',
          body: pageHtml({
            title: 'Plan',
            data: { 'task-id': taskId },
            script: `${ORIGIN}/page.js`,
            cspSource: ORIGIN,
            nonce: 'bm9uY2U',
            strings: undefined,
            language: 'en',
          }),
        });
      } else if (url === `${ORIGIN}/page.js`) {
        await route.fulfill({ contentType: 'text/javascript', body: this.#script });
      } else {
        driver.strayRequests.push(url);
        await route.abort();
      }
    });
    if (clock === 'fixed') await page.clock.setFixedTime(now);
    await page.addInitScript(standIn, themes[theme]);
    await page.goto(`${ORIGIN}/`);
    return driver;
  }
}

/** What VS Code does for a webview: theme colours, and an api whose state outlives the document. */
function standIn(theme: Readonly<Record<string, string>>): void {
  const paint = () => {
    for (const [name, value] of Object.entries(theme)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
  };
  if (document.documentElement) paint();
  else document.addEventListener('readystatechange', paint, { once: true });
  // Else a Mac's keys would be named on a Mac.
  Object.defineProperty(navigator, 'platform', { value: 'Linux x86_64' });
  const sent: unknown[] = [];
  Object.assign(window, {
    sentMessages: sent,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(structuredClone(message)),
      getState: (): unknown => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    }),
  });
}

/** The other side of a page, and a record of everything that must not happen. */
export class PageDriver implements AsyncDisposable {
  readonly page: Page;
  readonly strayRequests: string[] = [];
  /** Errors, warnings and violations of the policy. */
  readonly complaints: string[] = [];

  constructor(page: Page) {
    this.page = page;
    page.on('console', (message) => {
      if (message.type() !== 'log' && message.type() !== 'debug') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  async post(message: PlanMessage | CenterMessage): Promise<void> {
    await this.page.evaluate(async (data) => {
      window.postMessage(data, window.origin);
      // Handled and drawn before the test goes on.
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }, message);
  }

  /** All that the page has sent. */
  async sent(): Promise<unknown> {
    return await this.page.evaluate('sentMessages');
  }

  async intents(): Promise<PlanIntent[]> {
    return z
      .array(planIntent)
      .parse(await this.sent())
      .filter(({ type }) => type !== 'ready');
  }

  async screenshot(name: string): Promise<void> {
    const file = path.join(root, 'artifacts/screenshots', `${name}.png`);
    await this.page.screenshot({ path: file, animations: 'disabled' });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.close();
  }
}
