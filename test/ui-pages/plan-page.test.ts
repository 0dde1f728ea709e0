import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanView } from '../../src/ui/plan/protocol.ts';
import { PageBrowser, type PageDriver, hasBrowser } from './page-browser.ts';
import {
  cancelled,
  completed,
  executing,
  failed,
  inReview,
  now,
  replanning,
  secondInReview,
} from './plan-views.ts';

const button = ({ page }: PageDriver, name: string | RegExp) =>
  page.getByRole('button', { name, exact: true });
const field = ({ page }: PageDriver, name: string) => page.getByRole('textbox', { name, exact: true });
const bar = ({ page }: PageDriver) => page.getByRole('region', { name: 'Decision' });
const status = ({ page }: PageDriver) => page.getByRole('status').innerText();
const decidedByBen = (view: PlanView): PlanView => ({
  ...replanning,
  revisions: view.revisions.map((revision) => ({
    ...revision,
    decision: {
      verdict: 'changes',
      user_id: 'user:ben',
      at: new Date(now).toISOString(),
      comment: 'Smaller.',
    },
  })),
});

describe.skipIf(!hasBrowser)('the plan page', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.launch();
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  async function show(view: PlanView): Promise<PageDriver> {
    const plan = await browser.open();
    await plan.post({ type: 'snapshot', view });
    return plan;
  }

  test('names everything for those who do not see it', async () => {
    await using plan = await show(secondInReview);
    expect(await plan.page.locator('body').ariaSnapshot()).toMatchSnapshot();
  });

  test('approves with the button, once', async () => {
    await using plan = await show(inReview);
    await button(plan, 'Approve').dblclick();
    expect(await plan.intents()).toEqual([{ type: 'approve', revision: 1 }]);
    expect(await status(plan)).toBe('Sending …');
    await plan.post({ type: 'snapshot', view: executing });
    expect(await status(plan)).toBe('Being carried out, 1 of 3 chunks done');
  });

  test('can decide again when the decision did not go through', async () => {
    await using plan = await show(inReview);
    await button(plan, 'Approve').click();
    await plan.post({ type: 'settled' });
    await button(plan, 'Approve').click();
    expect(await plan.intents()).toHaveLength(2);
  });

  test.each(['Control+Enter', 'Meta+Enter'])('approves with %s, wherever the focus is', async (keys) => {
    await using plan = await show(inReview);
    await button(plan, 'Reject').focus();
    await plan.page.keyboard.press(keys);
    expect(await plan.intents()).toEqual([{ type: 'approve', revision: 1 }]);
  });

  test('asks for a second press when there are comments, and sends them along', async () => {
    await using plan = await show(inReview);
    await field(plan, 'Comment on the whole plan').fill('Fine, but keep names short.');
    await plan.page.keyboard.press('Control+Enter');
    expect(await plan.intents()).toEqual([]);
    expect(await status(plan)).toContain('press again to approve');
    await plan.page.keyboard.press('Control+Enter');
    expect(await plan.intents()).toEqual([
      { type: 'approve', revision: 1, comment: 'Fine, but keep names short.' },
    ]);
  });

  test('requests changes with the comments on chunks and on the whole', async () => {
    await using plan = await show(inReview);
    expect(await button(plan, 'Request changes').getAttribute('aria-disabled')).toBe('true');
    await button(plan, 'Comment on chunk 3').click();
    await plan.page.keyboard.type('Leave this out.');
    await field(plan, 'Comment on the whole plan').fill('No Redis.');
    await button(plan, 'Request changes').click();
    expect(await plan.intents()).toEqual([
      {
        type: 'request_changes',
        revision: 1,
        comment: 'No Redis.',
        chunk_comments: [{ chunk: 2, comment: 'Leave this out.' }],
        paragraph_comments: [],
      },
    ]);
  });

  test('takes a comment on a paragraph by keyboard, and sends it with the words that it is about', async () => {
    await using plan = await show(inReview);
    const name = 'Comment on “Limits across several servers.”';
    await button(plan, name).press('Enter');
    await plan.page.keyboard.type('Two servers are planned.');
    await plan.page.keyboard.press('Escape');
    expect(await field(plan, name).inputValue()).toBe('Two servers are planned.');
    await button(plan, 'Request changes').click();
    expect(await plan.intents()).toMatchObject([
      {
        type: 'request_changes',
        paragraph_comments: [
          { quote: 'Limits across several servers.', comment: 'Two servers are planned.' },
        ],
      },
    ]);
  });

  test('shows what was said about an earlier revision where it belongs, and what is about nothing any more', async () => {
    const [first] = secondInReview.revisions;
    const decision = first?.decision && {
      ...first.decision,
      paragraph_comments: [
        {
          quote:
            'A token bucket per API key, kept in memory. The limit is read from config.toml, 60 requests a minute by default.',
          comment: 'A sliding window, please.',
        },
      ],
    };
    const revisions = secondInReview.revisions.map((revision) =>
      revision === first ? { ...revision, decision } : revision,
    );
    await using plan = await show({ ...secondInReview, revisions });
    const block = plan.page.locator('.block', { hasText: 'A sliding window per API key' });
    expect(await block.locator('.earlier').innerText()).toMatch(
      /^ben on revision 1, sent .*: A sliding window, please\.$/,
    );
    const gone = plan.page.getByRole('region', { name: 'Comments about parts that are no longer there' });
    expect(await gone.innerText()).toMatch(/Count in Redis\s+ben on revision 1, sent .*: Leave this out\./);
  });

  test('asks for a reason before it rejects', async () => {
    await using plan = await show(inReview);
    await button(plan, 'Reject').click();
    expect(await button(plan, 'Reject plan').getAttribute('aria-disabled')).toBe('true');
    await plan.page.keyboard.type('We buy this instead.');
    await button(plan, 'Reject plan').click();
    expect(await plan.intents()).toEqual([{ type: 'reject', revision: 1, comment: 'We buy this instead.' }]);
  });

  test('shows a plan as long as a plan may be whole, and takes the decision on it', async () => {
    const paragraphs = Array.from(
      { length: 1_300 },
      (_, index) => `Step ${index + 1}: look at it, then do it now.`,
    );
    const long = paragraphs.join('\n\n');
    expect(long.length).toBeGreaterThan(50_000);
    const [revision] = inReview.revisions;
    if (!revision) throw new Error('a plan in review has a revision');
    await using plan = await show({ ...inReview, revisions: [{ ...revision, plan: long }] });
    const last = plan.page.getByText('Step 1300: look at it, then do it now.');
    await last.scrollIntoViewIfNeeded();
    expect(await last.isVisible()).toBe(true);
    await button(plan, 'Approve').click();
    expect(await plan.intents()).toEqual([{ type: 'approve', revision: 1 }]);
  });

  test('goes by Tab through the plan to the decision, and back by Escape', async () => {
    await using plan = await show(inReview);
    const paragraphs = [
      'Requests to the public API are limited per key, so that one…',
      'Approach',
      'A token bucket per API key, kept in memory. The limit is…',
      'Answer 429 with Retry-After when the bucket is empty.',
      'Requests without a key are refused as before.',
      'Not part of this',
      'Limits across several servers.',
    ];
    const order: string[] = [];
    for (let step = 0; step < 20; step += 1) {
      await plan.page.keyboard.press('Tab');
      order.push(await focusedName(plan));
    }
    expect(order).toEqual([
      'Go to the decision',
      ...paragraphs.map((words) => `Comment on “${words}”`),
      'src/limiter.ts',
      'test/limiter.test.ts',
      'Comment on chunk 1',
      'src/config.ts',
      'Comment on chunk 2',
      'src/limiter-redis.ts',
      'Comment on chunk 3',
      'Comment on the whole plan',
      'Approve',
      'Reject',
      '',
      'Go to the decision',
    ]);
    await button(plan, 'Comment on chunk 2').press('Enter');
    expect(await focusedName(plan)).toBe('Comment on chunk 2');
    await plan.page.keyboard.press('Escape');
    await expect.poll(async () => field(plan, 'Comment on chunk 2').count()).toBe(0);
    expect(await focusedName(plan)).toBe('Comment on chunk 2');
    await field(plan, 'Comment on the whole plan').focus();
    await plan.page.keyboard.press('Escape');
    expect(await focusedName(plan)).toBe('Chunks');
    await button(plan, 'Reject').press('Space');
    await plan.page.keyboard.press('Escape');
    expect(await focusedName(plan)).toBe('Approve');
  });

  test('opens a file of a chunk', async () => {
    await using plan = await show(inReview);
    await button(plan, 'src/config.ts').click();
    expect(await plan.intents()).toEqual([{ type: 'open_file', path: 'src/config.ts' }]);
  });

  test('says who decided when somebody else was faster, and keeps the comments', async () => {
    await using plan = await show(inReview);
    await button(plan, 'Comment on chunk 1').click();
    await plan.page.keyboard.type('Use the monotonic clock.');
    await plan.post({ type: 'snapshot', view: decidedByBen(inReview) });
    expect(await bar(plan).innerText()).toMatch(/Sent back for changes by\s+ben[^]*not sent/);
    expect(await button(plan, 'Approve').count()).toBe(0);
    expect(await status(plan)).toBe('Revision 2 is being planned');
    expect(await field(plan, 'Unsent comment on chunk 1').inputValue()).toBe('Use the monotonic clock.');
    await plan.page.keyboard.press('Control+Enter');
    expect(await plan.intents()).toEqual([]);
  });

  test('shows a new revision at once to who has no unsent comment', async () => {
    await using plan = await show(inReview);
    await plan.post({ type: 'snapshot', view: replanning });
    await plan.post({ type: 'snapshot', view: secondInReview });
    expect(await plan.page.getByText('A sliding window per API key').isVisible()).toBe(true);
    expect(await status(plan)).toBe('Revision 2 waits for your decision');
  });

  test('leaves who is writing at the old revision, and offers the new one', async () => {
    await using plan = await show(inReview);
    await field(plan, 'Comment on the whole plan').fill('What about bursts?');
    await plan.post({ type: 'snapshot', view: decidedByBen(inReview) });
    await plan.post({ type: 'snapshot', view: secondInReview });
    expect(await plan.page.getByText('A token bucket per API key').isVisible()).toBe(true);
    expect(await status(plan)).toContain('Revision 2 is ready.');
    await button(plan, 'Show revision 2').click();
    expect(await plan.page.getByText('A sliding window per API key').isVisible()).toBe(true);
    await button(plan, 'Revision 1, with unsent comments').click();
    expect(await field(plan, 'Unsent comment on the whole plan').inputValue()).toBe('What about bursts?');
    await button(plan, 'Discard comments').click();
    await expect.poll(async () => button(plan, 'Discard comments').count()).toBe(0);
  });

  test('forgets comments when they were sent', async () => {
    await using plan = await show(inReview);
    await field(plan, 'Comment on the whole plan').fill('Smaller.');
    await button(plan, 'Request changes').click();
    const byBen = decidedByBen(inReview);
    await plan.post({ type: 'snapshot', view: { ...byBen, you: 'user:ben' } });
    expect(await bar(plan).innerText()).not.toContain('not sent');
    await plan.post({ type: 'snapshot', view: { ...secondInReview, you: 'user:ben' } });
    expect(await field(plan, 'Comment on the whole plan').inputValue()).toBe('');
  });

  test('has comments, revision and place after a reload', async () => {
    await using plan = await browser.open({ height: 500 });
    await plan.post({ type: 'snapshot', view: secondInReview });
    await button(plan, 'Comment on chunk 1').click();
    await plan.page.keyboard.type('Use the monotonic clock.');
    await button(plan, 'Revision 1').click();
    await plan.page.evaluate('scrollTo(0, 0)');
    await plan.page.mouse.wheel(0, 120);
    await expect.poll(async () => plan.page.evaluate('sessionStorage.state')).toContain('"scroll":120');
    await plan.page.reload();
    await plan.post({ type: 'snapshot', view: secondInReview });
    expect(await plan.page.getByText('A token bucket per API key').isVisible()).toBe(true);
    expect(await plan.page.evaluate('scrollY')).toBe(120);
    await button(plan, 'Revision 2, with unsent comments').click();
    expect(await field(plan, 'Comment on chunk 1').inputValue()).toBe('Use the monotonic clock.');
  });

  test.each(['{"task_id":7}', '"nonsense"', '{"task_id":"another","drafts":{},"scroll":9}'])(
    'begins anew where the kept state is %s',
    async (state) => {
      await using plan = await browser.open();
      await plan.page.evaluate((kept) => sessionStorage.setItem('state', kept), state);
      await plan.page.reload();
      await plan.post({ type: 'snapshot', view: inReview });
      expect(await button(plan, 'Approve').count()).toBe(1);
      expect(plan.complaints).toEqual([]);
    },
  );

  test('does not let an untrusted workspace decide', async () => {
    await using plan = await show({ ...inReview, trusted: false });
    expect(await bar(plan).innerText()).toContain('Trust this workspace');
    await plan.page.keyboard.press('Control+Enter');
    expect(await plan.intents()).toEqual([]);
  });

  test('says why a task failed, what to do, and retries it', async () => {
    await using plan = await show(failed);
    const wrong = await plan.page.getByRole('region', { name: 'What went wrong' }).innerText();
    expect(wrong).toMatch(/exit code 1 in chunk 2[^]*then retry/);
    await button(plan, 'Retry').click();
    expect(await plan.intents()).toEqual([{ type: 'retry' }]);
  });

  test.each([
    ['completed', completed, /Completed[^]*14 tests were added/],
    ['cancelled', cancelled, /Cancelled by ben[^]*We take the gateway instead/],
    ['planned anew', replanning, /Revision 2 is being planned/],
    [
      'planned',
      { ...inReview, phase: 'planning', revisions: [] },
      /Being planned[^]*planner \(gemini\) works on it/,
    ],
    ['parked', { ...executing, parked: { reason: 'the provider is busy' } }, /Paused: the provider is busy/],
  ] as const)('says that a task is %s', async (_name, view, words) => {
    await using plan = await show(view);
    expect(await plan.page.getByRole('main').innerText()).toMatch(words);
  });

  test('says what there is to do about a task that is not in the log', async () => {
    await using plan = await browser.open();
    expect(await plan.page.getByRole('main').innerText()).toContain('Reading the log');
    await plan.post({ type: 'unavailable', reason: 'missing' });
    expect(await plan.page.getByRole('main').innerText()).toContain('not in the log');
  });
});

/** The accessible name of what has the focus, through the shadow roots. */
async function focusedName({ page }: PageDriver): Promise<string> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element === document.body
      ? ''
      : (element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '');
  });
}
