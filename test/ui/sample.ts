import fs from 'node:fs';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { expect } from 'vitest';
import { prepareWorkspace } from '../../scripts/demonstration.ts';
import type { Session } from './session.ts';
import type { Window } from './window.ts';

export const TASK = 'Add a table of contents to README.md';

/** A copy of the sample workspace, in which the scripted agent works for the user anna. */
export function makeSample(session: Session, name = 'timetable'): string {
  const folder = prepareWorkspace(path.join(session.makeFolder(), name), { cast: 'scripted', fresh: true });
  const config = path.join(folder, '.lineclear/config.toml');
  fs.writeFileSync(config, `user = "anna"\n${fs.readFileSync(config, 'utf8')}`);
  return folder;
}

/** A window that is high enough for all rows of these tests. */
export const openHigh = async (session: Session, folder: string, user?: BrowserContext): Promise<Window> =>
  await session.open({
    folder,
    user: user ?? (await session.addUser({ viewport: { width: 1280, height: 1600 } })),
  });

/** Rows of a view, the times in them replaced, because they differ from run to run. */
export async function rows(window: Window, view: string): Promise<string> {
  const text = await window.treeText(view);
  return text
    .replaceAll(/\d\d:\d\d(:\d\d)?/g, 'TIME')
    .replaceAll(/\b(just now|now|\d+ (s|min|h))\b/g, 'AGE')
    .replaceAll(/-[a-z0-9]{5}\b/g, '-XXXXX')
    .replaceAll(/process \d+/g, 'process PID');
}

/** Waits until a view shows a text somewhere. */
export async function shows(window: Window, view: string, text: string | RegExp): Promise<void> {
  const matcher = typeof text === 'string' ? expect.stringContaining(text) : expect.stringMatching(text);
  await expect.poll(() => rows(window, view), { timeout: 30_000 }).toEqual(matcher);
}

/** From an open window to a plan that waits. */
export async function createPlanned(window: Window, description = TASK): Promise<void> {
  await window.openContainer('Lineclear');
  await window.command('Lineclear: Create Task');
  await window.input(description, { title: 'Create Task' });
  await shows(window, 'Inbox', 'Plan: ');
}

/** Waits until the open Explorer shows a badge at a file. */
export async function isMarked(window: Window, file: string, badge: string): Promise<void> {
  const label = window.page
    .locator('.explorer-folders-view [role=treeitem]', { hasText: file })
    .locator('.monaco-icon-label');
  await expect
    .poll(() => label.evaluate((element) => getComputedStyle(element, '::after').content), {
      timeout: 30_000,
    })
    .toContain(badge);
}
