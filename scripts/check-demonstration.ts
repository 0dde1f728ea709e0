// What `npm start -- --check` does: the demonstration from the first look to the finished task, as a person would.
import fs from 'node:fs';
import path from 'node:path';
import { openApp } from '../src/app.ts';
import { Session } from '../test/ui/session.ts';
import type { Window } from '../test/ui/window.ts';
import { DEMONSTRATION, prepareWorkspace } from './demonstration.ts';
import { root } from './targets.ts';

const folder = path.join(root, 'artifacts/demonstration/workspace');
const exported = path.join(root, 'artifacts/demonstration/log.jsonl');

/** Room for the words of the rows. */
async function widenSidebar({ page, sidebar }: Window): Promise<void> {
  const box = await sidebar.boundingBox();
  if (!box) throw new Error('there is no sidebar');
  const edge = box.x + box.width;
  await page.mouse.move(edge + 2, box.y + 300);
  await page.mouse.down();
  await page.mouse.move(edge + 110, box.y + 300, { steps: 4 });
  await page.mouse.up();
}

/** The other door, in VS Code's own terminal. */
async function useTerminal(window: Window): Promise<void> {
  const { keyboard } = window.page;
  const cli = [process.execPath, path.join(root, 'dist/cli.cjs')].map((word) => `'${word}'`).join(' ');
  await window.command('View: Close All Editors');
  await window.command('Terminal: Create New Terminal in Editor Area');
  await window.page.locator('.part.editor .xterm').click();
  await keyboard.type(`lineclear() { ${cli} "$@"; }; PS1='$ '; clear\n`);
  for (const [line, last] of [
    ['lineclear list', 'completed'],
    ['lineclear stats --since 1h', 'other types'],
  ] as const) {
    await keyboard.type(`${line}\n`);
    await window.page.locator('.xterm-rows').getByText(last).first().waitFor();
  }
}

async function tellTheStory(window: Window): Promise<void> {
  const screenshot = (name: string) => window.screenshot(`demonstration-${name}`);
  const inbox = window.tree('Inbox').root;
  const tasks = window.tree('Tasks').root;

  await window.openContainer('Lineclear');
  await window.sidebar.getByText('Describe what should be done.').waitFor();
  await widenSidebar(window);
  await screenshot('1-welcome');
  await window.command('Lineclear: Create Task');
  await window.input(DEMONSTRATION);
  await inbox.getByText(/Plan: Document this workspace/).waitFor({ timeout: 60_000 });
  await screenshot('2-plan-waits');
  await window.command('Notifications: Clear All Notifications');
  await window.command('Lineclear: Open Plan');
  await window.webview().getByRole('button', { name: 'Approve' }).waitFor();
  await screenshot('3-plan');
  await window.command('Lineclear: Approve Plan');
  await window.webview().getByText('Being carried out').first().waitFor();
  await window.webview().getByText('1 of 3 chunks done').first().waitFor();
  await screenshot('4-executing');
  await window.command('Lineclear: Open Command Center');
  await tasks.getByText('Ended').waitFor({ timeout: 120_000 });
  await window
    .webview()
    .getByRole('button', { name: /^reviewer/ })
    .waitFor();
  await window
    .webview()
    .locator('dl')
    .filter({ hasText: /working\s*0/ })
    .waitFor();
  await window.webview().getByRole('button', { name: 'Show all that is loaded' }).click();
  await screenshot('5-command-center');
  await window.tree('Tasks').expandAll();
  await screenshot('6-completed');
  await window.openFile('README.md');
  await screenshot('7-result');
  await useTerminal(window);
  await screenshot('8-terminal');
}

/** The log must tell the same story as the screen, and the work must be there. */
async function verify(): Promise<number> {
  const app = await openApp({ root: folder, source: 'cli' });
  try {
    await app.refresh();
    const [task] = app.world.tasks.values();
    if (task?.phase !== 'completed') throw new Error(`the task ended as ${task?.phase ?? 'no task at all'}`);
    for (const file of task.changed_files) {
      if (!fs.existsSync(path.join(folder, file))) throw new Error(`${file} was not written`);
    }
    const lines: string[] = [];
    for await (const line of app.exportLines()) lines.push(`${line}\n`);
    fs.writeFileSync(exported, lines.join(''));
    return lines.length;
  } finally {
    await app.close();
  }
}

/** Runs the demonstration once without a person. Throws when it does not go as it should. */
export async function checkDemonstration(vsix: string): Promise<void> {
  prepareWorkspace(folder, { cast: 'scripted', fresh: true });
  const session = await Session.start({ vsix });
  try {
    await tellTheStory(await session.open({ folder }));
  } finally {
    await session.close();
  }
  const events = await verify();
  console.log(`The demonstration went through: ${events} events in ${path.relative(root, exported)},`);
  console.log('pictures in artifacts/screenshots/demonstration-*.png.');
}
