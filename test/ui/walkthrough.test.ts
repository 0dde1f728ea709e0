import { test } from 'vitest';
import { useSession } from './fixture.ts';
import { createPlanned, makeSample, openHigh } from './sample.ts';

const session = useSession();

test('Get Started leads through the first minutes, and checks off what was done', async () => {
  const user = await session().addUser({ viewport: { width: 1600, height: 1000 } });
  const window = await openHigh(session(), makeSample(session()), user);
  await window.command('Lineclear: Get Started');
  const page = window.page.locator('.gettingStartedContainer');
  await page.getByRole('heading', { name: 'Get Started with Lineclear', level: 2 }).waitFor();
  const step = (title: string) => page.getByRole('button', { name: title }).first();
  await step('Read the plan').click();
  await page.getByText('a new revision comes back').waitFor();
  await page.locator('.getting-started-media svg, .getting-started-media iframe').first().waitFor();
  await window.screenshot('walkthrough');
  await createPlanned(window);
  await window.command('Lineclear: Get Started');
  await page.locator('.codicon-getting-started-step-checked').nth(1).waitFor();
  await step('Give line clear').click();
  await window.screenshot('walkthrough-done');
});
