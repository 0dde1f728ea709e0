import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CONFIG_TEMPLATE } from '../../src/config-template.ts';
import { loadConfig, workspaceConfigFile } from '../../src/config.ts';
import { createConnections } from '../../src/agent-connections.ts';
import { serveHttp } from '../http-server.ts';
import { windowOn } from './window-on.ts';
import { worldOf } from './world-of.ts';

const SCRIPTED = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');
const ODD = path.resolve(import.meta.dirname, '../agents/children/odd-agent.ts');

/** A window, a person who gives these answers, two real agents and a registry that is not there. */
async function open(...answers: (string | undefined)[]) {
  const registry = await serveHttp((_, response) => response.writeHead(503).end());
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-connect-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true, force: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
  const file = workspaceConfigFile(root);
  fs.writeFileSync(file, CONFIG_TEMPLATE);
  const overrides = {
    registry,
    agents: {
      mine: { command: [process.execPath, SCRIPTED] },
      odd: { command: [process.execPath, ODD, 'not-signed-in'] },
    },
  };
  const env = { LINECLEAR_CONFIG_HOME: path.join(root, 'home') };
  const config = loadConfig({ root, env, overrides, installedAgents: {} });
  const connections = createConnections({ root, config: () => config, ensureConfigFile: () => file });
  const window = windowOn({ world: worldOf([]), answers, connections });
  await window.run('lineclear.connectAgent');
  const read = () => loadConfig({ root, env, installedAgents: {} }).orchestrator;
  return { ...window, read, untouched: () => fs.readFileSync(file, 'utf8') === CONFIG_TEMPLATE };
}

test('an agent is chosen, tried out and given what it is to do', async () => {
  const { shown, read } = await open('mine', 'Plan, code and review');
  const list = shown.find((text) => text.startsWith('Connect Agent: '));
  expect(list).toContain('The registry cannot be read');
  expect(list).toContain(`mine  in your configuration\n  ${process.execPath} ${SCRIPTED}`);
  expect(list).toContain(
    "goose  not installed · Block's open source agent\n  https://github.com/block/goose",
  );
  expect(list).toContain('npx --yes @google/gemini-cli --acp (fetched when it starts)');
  expect(shown.at(-1)).toBe(
    'information: mine is connected as planner, coder, reviewer. [Open Configuration]',
  );
  expect(read()).toMatchObject({
    roles: { planner: 'mine', coder: 'mine', reviewer: 'mine' },
    agents: { mine: { command: [process.execPath, SCRIPTED] } },
  });
});

test('one that nobody is signed in to says so, with the way to a terminal', async () => {
  const { shown, untouched } = await open('odd');
  expect(shown.at(-1)).toMatch(
    /^error: odd does not work yet\. .*sign in there \(Log in with a browser\)\. \[Open Terminal\] \[Connect Agent\]$/,
  );
  expect(untouched()).toBe(true);
});

test('one that is not installed says how to install it', async () => {
  const { shown, untouched } = await open('goose');
  expect(shown.at(-1)).toBe(
    'information: goose is not installed. Install it: https://github.com/block/goose [Open Terminal] [Connect Agent]',
  );
  expect(untouched()).toBe(true);
});

test('who leaves before the roles are chosen changes nothing', async () => {
  const { untouched } = await open('mine', undefined);
  expect(untouched()).toBe(true);
});
