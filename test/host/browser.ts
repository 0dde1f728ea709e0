import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { ensureBrowser } from '../../scripts/parts.ts';
import { scratch } from './scratch.ts';

/** `HEADED=1` shows it. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = ensureBrowser();
  const own = scratch();
  const folder = own.makeFolder('browser');
  // Playwright puts the profile into this process's temporary folder: it must go when the rest goes.
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    return await chromium.launch({
      executablePath,
      headless: !process.env['HEADED'],
      env: { ...process.env, ...own.mark(folder) },
      args: [
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
      ],
    });
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

/**
 * A new user. VS Code in a browser keeps global state, layout and trusted folders in the browser, so a context is a
 * person's profile and its pages are that person's windows.
 */
export async function newUser(
  browser: Browser,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(10_000);
  return context;
}
