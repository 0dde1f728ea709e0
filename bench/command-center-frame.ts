import { PageBrowser, type PageDriver } from '../test/ui-pages/page-browser.ts';
import { lanesFor, manyItems, overview } from '../test/ui-pages/center-views.ts';
import { type Benchmark, median, percentile } from './benchmark.ts';

const EVENTS = 10_000;
/** As many as are in sight at once, so that all events are. */
const LANES = 9;
const PER_SECOND = 200;
const SECONDS = 8;
const ROUNDS = 3;
/** A frame of a screen with 60 of them a second. */
const FRAME_MS = 1000 / 60;

interface Feed {
  readonly live: readonly unknown[];
  readonly seconds: number;
  readonly perSecond: number;
}

/** Runs in the page: moves, zooms and feeds it for some seconds. Returns the milliseconds between its frames. */
async function drive({ live, seconds, perSecond }: Feed): Promise<number[]> {
  const stage = document
    .querySelector('lineclear-center')
    ?.shadowRoot?.querySelector('lineclear-timeline')
    ?.shadowRoot?.querySelector('.stage');
  if (!stage) throw new Error('there is no timeline');
  const frames: number[] = [];
  const start = performance.now();
  let before = start;
  let sent = 0;
  for (let beat = 1; before - start < seconds * 1000; beat += 1) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    frames.push(now - before);
    before = now;
    // To and fro, in and out, as a person who looks for something.
    const delta = Math.sin(beat / 20) * 60;
    const isSideways = beat % 2 === 0;
    stage.dispatchEvent(
      new WheelEvent('wheel', {
        deltaX: isSideways ? delta : 0,
        deltaY: isSideways ? 0 : delta,
        clientX: 600,
        clientY: 200,
        bubbles: true,
        cancelable: true,
      }),
    );
    const due = Math.floor(((now - start) / 1000) * perSecond);
    // In batches, as the extension sends them.
    if (due - sent < perSecond / 10) continue;
    const items = live.slice(sent, due);
    sent = due;
    if (items.length > 0)
      window.postMessage({ type: 'items', place: 'newer', items, has_older: false }, window.origin);
  }
  // The first ones draw what was there before.
  return frames.slice(5);
}

async function framesOf(browser: PageBrowser, events: number): Promise<number[]> {
  const now = Date.now();
  const past = { lanes: LANES, from: now - 12 * 60_000, until: now };
  const coming = { lanes: LANES, from: now, until: now + SECONDS * 1000, after: events, seed: 2 };
  await using center: PageDriver = await browser.open({ width: 1200, height: 900, clock: 'real' });
  await center.post({ type: 'overview', overview: { ...overview, lanes: lanesFor(LANES) } });
  await center.post({ type: 'items', place: 'newer', items: manyItems(events, past), has_older: false });
  const shown = await center.page.locator('.loaded').textContent();
  if (events > 0 && !shown?.startsWith(events.toLocaleString('en'))) throw new Error(`shown: ${shown}`);
  const live = events === 0 ? [] : manyItems(PER_SECOND * SECONDS, coming);
  const frames = await center.page.evaluate(drive, { live, seconds: SECONDS, perSecond: PER_SECOND });
  if (center.complaints.length > 0) throw new Error(center.complaints.join('\n'));
  return frames;
}

export const commandCenterFrame: Benchmark = {
  name: 'command_center_frame',
  async run() {
    await using browser = await PageBrowser.launch('center');
    const rounds: { own: number[]; empty: number[] }[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push({ own: await framesOf(browser, EVENTS), empty: await framesOf(browser, 0) });
    const own = rounds.map((round) => round.own);
    const ours = median(own.map((frames) => percentile(frames, 0.95)));
    const reference = median(rounds.map(({ empty }) => percentile(empty, 0.95)));
    const share = own.flat().filter((frame) => frame > 2 * FRAME_MS).length / own.flat().length;
    return {
      ours,
      reference,
      unit: 'ms',
      note:
        `between two frames of the command center (95th percentile of ${SECONDS} s, median of ${ROUNDS} rounds) in Chromium without a ` +
        `graphics card, while it is moved and zoomed with ${EVENTS} events in ${LANES} lanes and ${PER_SECOND} more a second; median ` +
        `${median(own.flat()).toFixed(1)} ms, longer than two frames of a screen: ${(100 * share).toFixed(1)} %; reference: the same ` +
        'without events; lower is better',
    };
  },
};
