import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { manyItems, lanesFor, overview, shown } from './center-views.ts';
import { type PageDriver, PageBrowser, hasBrowser } from './page-browser.ts';

// Pictures to look at, in artifacts/screenshots/; the other tests say what must be on them.
describe.skipIf(!hasBrowser)('pictures of the command center', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.launch('center');
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  async function show(options: Parameters<PageBrowser['open']>[0]): Promise<PageDriver> {
    const center = await browser.open(options);
    for (const message of shown) await center.post(message);
    await center.page.getByRole('img', { name: /^CPU: coder/ }).waitFor();
    return center;
  }

  test.each(['dark', 'light', 'high-contrast'] as const)('%s', async (theme) => {
    await using center = await show({ theme, width: 1100, height: 860 });
    await center.screenshot(`center-${theme}`);
    const lines = center.page.locator('lineclear-usage li path');
    const strokes = await lines.evaluateAll((paths) => paths.map((path) => getComputedStyle(path).stroke));
    expect(strokes.length).toBeGreaterThan(1);
    expect(strokes).not.toContain('none');
    expect([center.complaints, center.strayRequests]).toEqual([[], []]);
  });

  test('narrow', async () => {
    await using center = await show({ width: 400, height: 1300 });
    await center.screenshot('center-narrow');
    const overflow = await center.page.evaluate(
      () => document.documentElement.scrollWidth > window.innerWidth,
    );
    expect(overflow).toBe(false);
  });

  test('crowded', async () => {
    await using center = await show({ width: 1100, height: 860 });
    await center.post({ type: 'overview', overview: { ...overview, lanes: lanesFor(24) } });
    await center.post({ type: 'items', place: 'first', items: [], has_older: false });
    await center.post({
      type: 'items',
      place: 'newer',
      items: manyItems(10_000, { lanes: 24 }),
      has_older: true,
    });
    await center.page.getByRole('application').hover({ position: { x: 500, y: 190 } });
    await center.screenshot('center-crowded');
  });
});
