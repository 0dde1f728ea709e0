import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { serveHttp } from '../http-server.ts';
import { createWorkspace } from './workspace.ts';

const SCRIPTED = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');
const ODD = path.resolve(import.meta.dirname, '../agents/children/odd-agent.ts');

const LISTED = {
  version: '1.0.0',
  agents: [
    { id: 'acme', name: 'Acme', distribution: { npx: { package: '@acme/agent' } } },
    { id: 'solid', name: 'Solid', repository: 'https://solid.example', distribution: { binary: {} } },
  ],
};

/** A workspace with two configured agents and a registry on the loopback interface. */
async function openWorkspace() {
  const address = await serveHttp((_, response) => response.end(JSON.stringify(LISTED)));
  const workspace = createWorkspace();
  const file = path.join(workspace.root, '.lineclear', 'config.toml');
  const text = [
    '# ours',
    `registry = "${address}"`,
    '[agents.mine]',
    `command = ${JSON.stringify([process.execPath, SCRIPTED])} # it is ours`,
    '[agents.odd]',
    `command = ${JSON.stringify([process.execPath, ODD, 'not-signed-in'])}`,
    '',
  ].join('\n');
  fs.mkdirSync(path.dirname(file));
  fs.writeFileSync(file, text);
  return { ...workspace, file, text, address };
}

it('lists the agents that are there, and those of the registry', async () => {
  const { run } = await openWorkspace();
  const { code, stdout } = await run(['connect', '--json']);
  expect(code).toBe(0);
  const { agents, problem } = JSON.parse(stdout);
  expect(problem).toBeNull();
  expect(agents).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: 'mine', state: 'configured' }),
      expect.objectContaining({ name: 'acme', state: 'fetched', command: ['npx', '--yes', '@acme/agent'] }),
      expect.objectContaining({ name: 'solid', state: 'missing', install: 'https://solid.example' }),
    ]),
  );
  expect((await run(['connect'])).stdout).toMatch(/^solid +not installed +Solid +https:\/\/solid\.example$/m);
});

it('tries an agent out and gives it roles, and leaves the rest of the configuration alone', async () => {
  const { run, file, text } = await openWorkspace();
  expect((await run(['connect', 'mine'])).stdout).toBe('mine works.\n');
  expect(fs.readFileSync(file, 'utf8')).toBe(text);
  const given = await run(['connect', 'mine', '--role', 'planner', 'coder']);
  expect(given.stdout).toBe(`mine works.\nIt is planner and coder now; written to ${file}.\n`);
  const edited = fs.readFileSync(file, 'utf8');
  expect(edited).toContain('# it is ours');
  expect(edited.endsWith('\n[roles]\nplanner = "mine"\ncoder = "mine"\n')).toBe(true);
  expect((await run(['create', 'Fix it', '--coder', 'mine'])).code).toBe(0);
});

it('says why an agent does not work, and writes nothing', async () => {
  const { run, file, text } = await openWorkspace();
  const refused = await run(['connect', 'odd', '--role', 'coder']);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('sign in there (Log in with a browser)');
  expect((await run(['connect', 'solid'])).stderr).toContain('Install it: https://solid.example');
  expect((await run(['connect', 'nobody'])).stderr).toContain("There is no agent 'nobody'.");
  expect((await run(['connect', 'mine', '--role', 'boss'])).stderr).toContain(
    'Use planner, coder or reviewer.',
  );
  expect(fs.readFileSync(file, 'utf8')).toBe(text);
});
