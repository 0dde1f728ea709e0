import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type CenterIntent, centerIntent } from '../../src/ui/center/intent.ts';
import type { CenterMessage } from '../../src/ui/center/protocol.ts';
import { lanesFor, manyItems, overview, shown } from './center-views.ts';
import { type PageDriver, PageBrowser, hasBrowser } from './page-browser.ts';

const intents = async (center: PageDriver): Promise<CenterIntent[]> =>
  z
    .array(centerIntent)
    .parse(await center.sent())
    .filter(({ type }) => type !== 'ready');
const timeline = ({ page }: PageDriver) => page.getByRole('application');
const said = ({ page }: PageDriver) => page.getByRole('status').innerText();
const button = ({ page }: PageDriver, name: string) => page.getByRole('button', { name, exact: true });
const isFollowing = async (center: PageDriver) =>
  (await button(center, 'Follow now').getAttribute('aria-pressed')) === 'true';

describe.skipIf(!hasBrowser)('the command center', () => {
  let browser: PageBrowser;
  beforeAll(async () => {
    browser = await PageBrowser.launch('center');
  });
  afterAll(async () => browser[Symbol.asyncDispose]());

  async function show(messages: readonly CenterMessage[] = shown): Promise<PageDriver> {
    const center = await browser.open({ width: 1100, height: 860 });
    for (const message of messages) await center.post(message);
    return center;
  }

  test('goes from event to event and from agent to agent with the keys, says each, and opens it', async () => {
    await using center = await show();
    await timeline(center).focus();
    await timeline(center).press('Home');
    expect(await said(center)).toBe('planner (gemini), 13:59:00: was given a prompt: plan');
    await timeline(center).press('ArrowDown');
    expect(await said(center)).toMatch(/^coder \(gemini\), 13:5\d/);
    await timeline(center).press('End');
    await timeline(center).press('ArrowRight');
    const last = await said(center);
    await timeline(center).press('ArrowLeft');
    expect(await said(center)).not.toBe(last);
    await timeline(center).press('Enter');
    expect((await intents(center)).at(-1)).toMatchObject({ type: 'open_event' });
    expect(center.complaints).toEqual([]);
  });

  test('shows an event under the mouse and opens it with a click, but not after a drag', async () => {
    await using center = await show();
    await timeline(center).focus();
    await timeline(center).press('Home');
    // The tooltip of the keys tells where the event is.
    const tip = center.page.locator('.tip');
    await expect.poll(() => tip.innerText()).toContain('was given a prompt: plan');
    const box = await tip.boundingBox();
    const stage = await timeline(center).boundingBox();
    if (!box || !stage) throw new Error('nothing is shown');
    const isRight = box.x > stage.x + stage.width / 2;
    const x = isRight ? box.x - 12 : box.x + box.width + 12;
    const y = stage.y + 24 + 36 + 18;
    await timeline(center).press('Escape');
    await expect.poll(() => tip.count()).toBe(0);
    await center.page.mouse.move(x, y);
    await expect.poll(() => tip.innerText()).toContain('was given a prompt: plan');
    await center.page.mouse.click(x, y);
    const opened = { type: 'open_event', sequence: expect.any(Number) };
    expect(await intents(center)).toEqual([opened]);

    expect(await isFollowing(center)).toBe(true);
    await center.page.mouse.move(x, y);
    await center.page.mouse.down();
    await center.page.mouse.move(x + 120, y, { steps: 4 });
    await center.page.mouse.up();
    expect(await intents(center)).toEqual([opened]);
    expect(await isFollowing(center)).toBe(false);
    await button(center, 'Follow now').click();
    expect(await isFollowing(center)).toBe(true);
  });

  test('asks for older events when the view reaches back further than it has, once at a time', async () => {
    await using center = await show([
      { type: 'overview', overview },
      { type: 'items', place: 'first', items: [], has_older: true },
      { type: 'items', place: 'older', items: manyItems(100, { after: 1000 }), has_older: true },
    ]);
    const asked = async () => (await intents(center)).filter(({ type }) => type === 'older').length;
    // Fifteen minutes are seen, and twelve are there.
    await expect.poll(asked).toBe(1);
    await timeline(center).hover();
    await center.page.mouse.wheel(0, 900);
    expect(await asked()).toBe(1);
    await center.post({
      type: 'items',
      place: 'older',
      items: manyItems(100, { after: 900, from: 0, until: 1000 }),
      has_older: false,
    });
    expect(await asked()).toBe(1);
    await center.page.getByText('200 events', { exact: true }).waitFor();
  });

  test('sends what is asked for, once, and says beside it why it was refused', async () => {
    await using center = await show();
    const words = center.page.getByRole('textbox');
    expect(await center.page.locator('vscode-button').getAttribute('disabled')).toBe('');
    await words.fill('Add a changelog');
    await words.press('Control+Enter');
    await words.press('Control+Enter');
    const act = { type: 'act', target: 'workspace', action: 'create_task', words: 'Add a changelog' };
    expect(await intents(center)).toEqual([act]);
    await center.post({ type: 'settled', error: 'The log is full. Free some space.' });
    expect(await center.page.getByRole('alert').innerText()).toBe('The log is full. Free some space.');
    expect(await words.inputValue()).toBe('Add a changelog');
    await words.press('Control+Enter');
    await center.post({ type: 'settled' });
    expect(await words.inputValue()).toBe('');
    expect(await intents(center)).toEqual([act, act]);
  });

  test('offers what is possible of the chosen one, and turns elsewhere when it has gone', async () => {
    await using center = await show();
    await center.page.getByRole('button', { name: /^coder .*Fix login/ }).click();
    expect(await intents(center)).toEqual([{ type: 'choose', target: 'agent:coder-2' }]);
    const stop = { id: 'stop_agent', label: 'Stop Agent', words: 'none' } as const;
    await center.post({ type: 'actions', target: 'agent:coder-2', actions: [stop] });
    await center.page.getByText('Stop Agent').last().click();
    await center.post({ type: 'settled' });
    const [first] = overview.targets;
    if (!first) throw new Error('no targets');
    await center.post({ type: 'overview', overview: { ...overview, targets: [first] } });
    expect((await intents(center)).slice(1)).toEqual([
      { type: 'act', target: 'agent:coder-2', action: 'stop_agent', words: '' },
      { type: 'choose', target: 'workspace' },
    ]);
  });

  test('says what each agent used in charts, also to who does not see them', async () => {
    await using center = await show();
    const told = (title: string) => center.page.getByRole('img', { name: title }).getAttribute('aria-label');
    expect(await told('CPU')).toMatch(/coder .* \d+ % CPU/);
    expect(await told('Memory')).toMatch(/coder .* \d+ MB/);
    expect(await told('Tokens in this stretch of time')).toMatch(/coder .* [\d.]+k tokens/);
    expect(await told('Cost in this stretch of time')).toMatch(/coder .* \$\d\.\d\d/);
  });

  test('says the same in a table, and keeps what was chosen and written over a reload', async () => {
    await using center = await show();
    await center.page.getByRole('textbox').fill('Not sent yet');
    await button(center, 'Show as a list').click();
    await center.page.getByRole('columnheader', { name: 'What' }).waitFor();
    await button(center, 'plan ready: revision 2, 3 chunks').click();
    expect(await intents(center)).toEqual([
      { type: 'open_event', sequence: expect.any(Number), task_id: 't1' },
    ]);
    await expect
      .poll(() => center.page.evaluate(() => sessionStorage.getItem('state')))
      .toContain('"as_list":true');
    await center.page.reload();
    for (const message of shown) await center.post(message);
    await center.page.getByRole('columnheader', { name: 'What' }).waitFor();
    expect(await center.page.getByRole('textbox').inputValue()).toBe('Not sent yet');
  });

  test('says what to do where there is no log, and lets nobody ask for anything in Restricted Mode', async () => {
    await using center = await show([{ type: 'unavailable', reason: 'failed', message: 'It is damaged.' }]);
    await center.page.getByText('It is damaged.').waitFor();
    await center.page.getByText('Open the Log Again').click();
    expect(await intents(center)).toEqual([{ type: 'remedy', remedy: 'reopen_log' }]);
    await center.post({ type: 'overview', overview: { ...overview, trusted: false } });
    await center.page.getByText('In Restricted Mode nothing can be asked for.').waitFor();
    expect(await center.page.getByRole('textbox').count()).toBe(0);
  });

  test('draws a thousand lanes by drawing those in sight', async () => {
    await using center = await show([
      { type: 'overview', overview: { ...overview, lanes: lanesFor(1000) } },
      { type: 'items', place: 'first', items: [], has_older: false },
      { type: 'items', place: 'newer', items: manyItems(3000, { lanes: 1000 }), has_older: false },
    ]);
    const canvas = center.page.locator('canvas').first();
    expect(await canvas.evaluate((element) => element.clientHeight)).toBeLessThan(860);
    await timeline(center).focus();
    for (let lane = 0; lane < 30; lane += 1) await timeline(center).press('ArrowDown');
    const scrolled = await center.page.locator('.scroller').evaluate((element) => element.scrollTop);
    expect(scrolled).toBeGreaterThan(0);
    expect(center.complaints).toEqual([]);
  });
});
