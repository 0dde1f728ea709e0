import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PageBrowser, hasBrowser } from './page-browser.ts';
import { completed, executing, failed, inReview, replanning, secondInReview } from './plan-views.ts';

// Pictures to look at, in artifacts/screenshots/; the other tests say what must be on them.
describe.skipIf(!hasBrowser)('pictures of the plan page', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.launch();
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  const cases = [
    ['review', secondInReview, 'dark'],
    ['review', secondInReview, 'light'],
    ['review', secondInReview, 'high-contrast'],
    ['first-review', inReview, 'light'],
    ['replanning', replanning, 'dark'],
    ['executing', executing, 'dark'],
    ['executing', executing, 'light'],
    ['executing', executing, 'high-contrast'],
    ['failed', failed, 'dark'],
    ['completed', completed, 'light'],
  ] as const;
  test.each(cases)('%s', async (name, view, theme) => {
    await using plan = await browser.open({ theme, width: 1000, height: 1000 });
    await plan.post({ type: 'snapshot', view });
    await plan.screenshot(`plan-${name}-${theme}`);
    expect(plan.complaints).toEqual([]);
  });

  test('somebody else decided while comments were being written', async () => {
    await using plan = await browser.open({ theme: 'dark', width: 1000, height: 1000 });
    await plan.post({ type: 'snapshot', view: inReview });
    await plan.page.getByRole('button', { name: 'Comment on chunk 1' }).click();
    await plan.page.keyboard.type('Use the monotonic clock.');
    await plan.page.getByRole('textbox', { name: 'Comment on the whole plan' }).fill('What about bursts?');
    await plan.post({ type: 'snapshot', view: secondInReview });
    await plan.screenshot('plan-decided-by-another');
    expect(plan.complaints).toEqual([]);
  });

  test('the reason for a rejection', async () => {
    await using plan = await browser.open({ theme: 'light', width: 1000, height: 620 });
    await plan.post({ type: 'snapshot', view: inReview });
    await plan.page.getByRole('button', { name: 'Reject' }).click();
    await plan.screenshot('plan-rejecting');
  });

  test('comments in a narrow panel', async () => {
    await using plan = await browser.open({ width: 380, height: 900 });
    await plan.post({ type: 'snapshot', view: secondInReview });
    await plan.page.getByRole('button', { name: 'Comment on chunk 1' }).click();
    await plan.page.keyboard.type('Use the monotonic clock.');
    await plan.screenshot('plan-narrow-comment');
    const overflow = await plan.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
    expect(overflow).toBe(false);
  });
});
