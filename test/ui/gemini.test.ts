import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { geminiLaunch } from '../real-agents/gemini.ts';
import { startScriptedModel } from '../models/scripted-model.ts';
import { useSession } from './fixture.ts';
import { createPlanned, makeSample, openHigh, shows } from './sample.ts';

const session = useSession();

test('the real Gemini CLI is watched in the sidebar: its plan, its permission, its work', async () => {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  const folder = makeSample(session());
  const home = session().makeFolder('gemini-home');
  const { command, env } = geminiLaunch({ home, modelUrl: model.url, cwd: folder });
  const variables = Object.entries(env).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
  fs.writeFileSync(
    path.join(folder, '.lineclear/config.toml'),
    [
      'user = "anna"',
      'roles = { planner = "gemini", coder = "gemini", reviewer = "gemini" }',
      '[agents.gemini]',
      `command = ${JSON.stringify(command)}`,
      '[agents.gemini.env]',
      ...variables,
    ].join('\n'),
  );

  const window = await openHigh(session(), folder);
  await createPlanned(window, 'Write one.md');
  await shows(window, 'Inbox', 'planner (gemini)');
  await window.command('Lineclear: Approve Plan');
  await shows(window, 'Inbox', /one\.md/);
  await shows(window, 'Agents', /Waiting for you {2}1\n {2}coder.*gemini/);
  await window.screenshot('gemini-asks');
  expect(fs.existsSync(path.join(folder, 'one.md'))).toBe(false);
  await window.command('Lineclear: Allow Permission');
  await shows(window, 'Tasks', 'Ended');
  expect(fs.readFileSync(path.join(folder, 'one.md'), 'utf8')).toContain('scripted model');
  await shows(window, 'Activity', 'created one.md');
  await window.screenshot('gemini-done');
});
