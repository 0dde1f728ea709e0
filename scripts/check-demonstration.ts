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

async function tellTheStory(window: Window): Promise<void> {
  const screenshot = (name: string) => window.screenshot(`demonstration-${name}`);
  const inbox = window.tree('Inbox').root;
  const tasks = window.tree('Tasks').root;

  await window.openContainer('Lineclear');
  await window.sidebar.getByText('Describe what should be done.').waitFor();
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
  await window.webview().getByText('Completed').first().waitFor({ timeout: 120_000 });
  await tasks.getByText('Ended').waitFor();
  await window.tree('Tasks').expandAll();
  await screenshot('5-completed');
  await window.openFile('README.md');
  await screenshot('6-result');
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
