import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../log/redis-server.ts';
import { type Workspace, createWorkspace, plan } from './workspace.ts';

const agent = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');

/** From now on the workspace is one of that project, with that log. */
function join(workspace: Workspace, project: string, url: string): Workspace {
  const folder = path.join(workspace.root, '.lineclear');
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(
    path.join(folder, 'config.toml'),
    `[log]\nurl = "${url}"\nproject = "${project}"\n[agents.scripted]\ncommand = ${JSON.stringify([process.execPath, agent])}\n`,
  );
  return workspace;
}

async function redis(): Promise<string> {
  const server = await startRedis();
  onTestFinished(() => server.dispose());
  return server.url(0);
}

/** Long ago, so that an orchestrator would have begun. */
const created = (task_id: string, project: string, timestamp = '2026-03-02T14:00:00Z') => ({
  task_id,
  who: 'user:maria',
  type: 'task.created',
  timestamp,
  data: { description: `Describe ${task_id}`, project, interactive: true },
});

test.each([
  ['SQLite', () => Promise.resolve('sqlite:')],
  ['Redis', redis],
])(
  'a task on %s whose project has no orchestrator says so, and what to do, until one comes',
  async (product, place) => {
    const url = await place();
    const website = join(createWorkspace('website'), 'website', url);
    await website.record(
      created('parts', 'tools'),
      created('page', 'website'),
      created('new', 'tools', new Date().toISOString()),
      { task_id: 'new', who: 'orchestrator', type: 'task.started', data: {} },
      { task_id: 'new', who: 'planner-1', type: 'plan.ready', data: plan },
    );
    const approved = await website.run(['approve', 'new']);
    expect(approved.stderr).toContain('No orchestrator of the project “tools” is running: start one');
    const [list, listed, show, shown, health] = await Promise.all([
      website.run(['list']),
      website.run(['list', '--json']),
      website.run(['show', 'parts']),
      website.run(['show', 'parts', '--json']),
      website.run(['health']),
    ]);
    expect(list.stdout).toMatch(/Describe parts +tools .* created · waits for an orchestrator$/m);
    expect(list.stdout).toMatch(/Describe page .* created · waits for an orchestrator$/m);
    expect(list.stdout).toMatch(/Describe new +tools .* executing · chunk 1 of 2$/m);
    expect(JSON.parse(listed.stdout)).toMatchObject([
      { task_id: 'new', waits_for: null },
      { task_id: 'page', waits_for: { for: 'orchestrator', where: 'here' } },
      { task_id: 'parts', waits_for: { for: 'orchestrator', where: 'elsewhere' } },
    ]);
    expect(JSON.parse(shown.stdout)).toMatchObject({
      waits_for: { for: 'orchestrator', where: 'elsewhere' },
    });
    expect(show.stdout).toContain('No orchestrator of the project “tools” is at work. Start one in a folder');
    expect(health.stdout).toMatch(/warning +Orchestrator of “tools” +none at work; 2 tasks waiting for one/);
    expect(health.stdout).toMatch(/warning +Orchestrator of “website” +none at work; 1 task waiting for one/);

    // A file is not shared by folders.
    const tools = join(product === 'Redis' ? createWorkspace('tools') : website, 'tools', url);
    const serve = tools.start(['serve', '--stay']);
    await expect.poll(serve.output).toContain('orchestrating');
    const [attended, others] = await Promise.all([website.run(['list']), website.run(['health'])]);
    expect(attended.stdout.match(/waits for an orchestrator/g)).toHaveLength(1);
    expect(others.stdout).not.toContain('Orchestrator of “tools”');
  },
  60_000,
);
