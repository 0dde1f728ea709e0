import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { startNats } from '../log/nats-server.ts';
import { startRedis } from '../log/redis-server.ts';
import type { TestServer } from '../log/test-server.ts';
import { type Workspace, createWorkspace } from './workspace.ts';

interface Server extends TestServer {
  readonly url: string;
}

const PASSWORD = 'open sesame';

async function redis(): Promise<Server> {
  const server = await startRedis('--requirepass', PASSWORD);
  return { ...server, url: server.url(0) };
}

async function nats(): Promise<Server> {
  return await startNats({ config: `authorization { token: "${PASSWORD}" }` });
}

const agent = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');

describe.each([
  ['Redis', redis, 'wants a password', 'does not know that user'],
  ['NATS', nats, 'does not accept the user', 'does not accept the user'],
])('a log on %s', (product, startServer, refused, mistaken) => {
  let server: Server;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.dispose());

  /** A folder whose log is on the server, and a person who knows the password or not. */
  function createMember(member: string, password?: string): Workspace {
    const workspace = createWorkspace(member);
    const folder = path.join(workspace.root, '.lineclear');
    fs.mkdirSync(folder);
    fs.writeFileSync(
      path.join(folder, 'config.toml'),
      `[log]\nurl = "${server.url}"\nproject = "shared"\n[agents.scripted]\ncommand = ${JSON.stringify([process.execPath, agent])}\n`,
    );
    if (password === undefined) return workspace;
    const own = path.join(workspace.root, '../config');
    fs.mkdirSync(own);
    const text = `[log.passwords]\n"${new URL(server.url).host}" = "${password}"\n`;
    fs.writeFileSync(path.join(own, 'config.toml'), text, { mode: 0o600 });
    return workspace;
  }

  test('is shared: planned in one folder, approved in another, carried out, with the server away in between', async () => {
    const [near, far] = [createMember('near', PASSWORD), createMember('far', PASSWORD)];
    const serve = near.start(['serve', '--stay']);
    // NATS 2.9.10 dies of a question about a stream that another process is just making.
    await expect.poll(serve.output).toContain('orchestrating');
    const tail = near.start(['tail', '--all', '--json']);
    const created = await far.run(['create', 'Describe the parts', '--wait']);
    expect(created.stdout).toContain('plan ready: revision 1');
    const where = await far.run(['where', '--json']);
    expect(JSON.parse(where.stdout)).toMatchObject({ log: server.url, orchestrator: { pid: serve.pid } });
    expect(fs.existsSync(far.logFile)).toBe(false);

    await server.kill();
    const away = await far.run(['approve', 'describe']);
    expect(away.stderr).toContain(`${server.url} cannot be reached: `);
    expect(away.stderr).toMatch(/refused[\s\S]*Start the server/i);
    await server.start();
    expect((await far.run(['approve', 'describe'])).code).toBe(0);
    await expect.poll(tail.output).toContain('"task.completed"');
    expect([serve.exitCode, tail.exitCode]).toEqual([null, null]);
  }, 60_000);

  // What waits knows nothing of what it waits for: one server is enough.
  test.runIf(product === 'Redis')(
    'is waited for by what is stored for later, and then has it once: the commands end well without it',
    async () => {
      const { run, start } = createMember('hooks', PASSWORD);
      await server.kill();
      const emit = (name: string) =>
        run([
          'emit',
          'test.passed',
          '--data',
          JSON.stringify({ name }),
          '--agent',
          'ci',
          '--later',
          '--json',
        ]);
      const stored = await Promise.all([
        emit('one'),
        run(['context', 'set', 'ci', 'state=green', '--agent', 'ci', '--later']),
        run(['task-result', 'build-42', '-', '--agent', 'ci', '--later'], 'All **pass**.'),
      ]);
      stored.push(await emit('two'));
      expect(stored.map(({ code, stderr }) => [code, stderr])).toEqual(stored.map(() => [0, '']));
      const { id } = z
        .object({ id: z.string(), waits: z.literal(true) })
        .parse(JSON.parse(stored[0]?.stdout ?? ''));
      const [list, health, deliver] = await Promise.all([
        run(['outbox']),
        run(['health']),
        run(['outbox', 'deliver']),
      ]);
      expect(list.stdout.match(/test\.passed|context|task_result/g)).toHaveLength(4);
      expect(health.stdout).toMatch(/warning +Outbox +4 events waiting since .*: .*cannot be reached/);
      expect(deliver.code).toBe(1);

      await server.start();
      const serve = start(['serve', '--stay']);
      await expect.poll(serve.output).toContain('outbox: 0 waiting, 0 refused');
      const [exported, context] = await Promise.all([run(['export']), run(['context', 'get', 'ci'])]);
      const events = z
        .array(z.looseObject({ id: z.string(), type: z.string(), source_agent_id: z.string() }))
        .parse(
          exported.stdout
            .trim()
            .split('\n')
            .map((line): unknown => JSON.parse(line)),
        )
        .filter(({ source_agent_id }) => source_agent_id === 'ci');
      expect(events.map(({ type }) => type).toSorted()).toEqual([
        'context.updated',
        'context.updated',
        'memory.written',
        'test.passed',
        'test.passed',
      ]);
      expect(events.find(({ type }) => type === 'test.passed')?.id).toBe(id);
      expect(JSON.parse(context.stdout)).toMatchObject({
        state: 'green',
        last_result: { task: 'build-42', status: 'completed', note: 'results/build-42-completed' },
      });
    },
    60_000,
  );

  test('tells who does not know the password what to do', async () => {
    const stranger = await createMember('stranger').run(['list']);
    expect(stranger.code).not.toBe(0);
    expect(stranger.stderr).toContain(`${server.url} ${refused}`);
    expect(stranger.stderr).toContain('write it under [log.passwords] in your own config.toml');
    expect((await createMember('wrong', 'sesame').run(['list'])).stderr).toContain(mistaken);
  });
});
