import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openApp } from '../src/app.ts';
import { checkHealth } from '../src/check-health.ts';
import { type HealthFacts, healthLines } from '../src/state/health.ts';
import { startNats } from './log/nats-server.ts';
import { startRedis } from './log/redis-server.ts';

function createRoot(config = ''): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear-health-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  fs.mkdirSync(path.join(root, '.lineclear'));
  fs.writeFileSync(path.join(root, '.lineclear', 'config.toml'), config);
  return root;
}

const told = (lines: ReturnType<typeof healthLines>) =>
  lines.map(({ level, subject, text }) => `${level} ${subject}: ${text}`);

describe('the health of a real log', () => {
  test('in a file names SQLite, its settings, and that a task waits for an orchestrator', async () => {
    const root = createRoot('[log]\ndurability = "power"\n');
    const app = await openApp({ root, source: 'cli' });
    const anna = { source: 'test', source_agent_id: 'user:anna', call_chain: ['user:anna'] };
    const data = { description: 'Fix the login', interactive: true };
    const long_ago = '2026-03-02T14:00:00Z';
    await app.emit({ ...anna, type: 'task.created', task_id: 'login', timestamp: long_ago, data });
    const abandoned = new AbortController();
    const handled = app.consume({ group: 'scripts', signal: abandoned.signal }, () => abandoned.abort());
    await handled;
    await app.close();
    expect(told(await checkHealth({ root }))).toEqual([
      expect.stringMatching(/^ok Log: SQLite 3\.\d+\.\d+ at .*log\.db: 1 event, answers in \d+ ms$/),
      'ok Durability: what is recorded survives a loss of power (journal_mode=wal, synchronous=FULL)',
      expect.stringMatching(/^ok History: \d+ kB · whole$/),
      'ok Outbox: nothing waits',
      expect.stringMatching(/^ok Group scripts: \d events? behind, 0 unfinished$/),
      'ok Dead letters: none',
      expect.stringMatching(/^warning Orchestrator: none at work; 1 task waiting for one$/),
      'ok Agents: 0 alive',
      expect.stringMatching(/Disk: [\d.]+ GB free$/),
    ]);
  });

  test('on Redis says what a crash would take and whether it may forget', async () => {
    const server = await startRedis('--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no');
    onTestFinished(() => server.dispose());
    const root = createRoot(`[log]\nurl = "${server.url(0)}"\n`);
    expect(told(await checkHealth({ root }))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ok Log: Redis \d+\.\S+ at redis:.*: 0 events, answers/),
        expect.stringMatching(
          /^failure Durability: a crash of the server takes .*\(appendonly no, appendfsync/,
        ),
        'failure Durability: the server may remove events by itself: maxmemory-policy allkeys-lru',
      ]),
    );
  });

  test('on NATS says what the server does not tell; without the server that it is away, and what to do', async () => {
    const server = await startNats();
    onTestFinished(() => server.dispose());
    const root = createRoot(`[log]\nurl = "${server.url}"\n`);
    expect(told(await checkHealth({ root }))).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ok Log: NATS \d+\.\d+\.\d+ at nats:.*: 0 events, answers/),
        'warning Durability: the server does not tell how often it writes to its disk (file storage, replicas 1)',
        'ok Orchestrator: not running; nothing waits for one here',
      ]),
    );
    await server.kill();
    const [log, outbox, disk] = await checkHealth({ root });
    expect(outbox?.subject).toBe('Outbox');
    expect(log).toMatchObject({
      level: 'failure',
      text: expect.stringContaining('cannot be reached'),
      next: expect.stringContaining('Start the server'),
    });
    expect(disk?.subject).toBe('Disk');
  });
});

test('what is not well says what to do; what is well says nothing more', () => {
  const facts: HealthFacts = {
    place: 'nats://host:4222',
    log: { product: 'NATS 2.12.0', survives: 'crash', settings: 'replicas 3', events: 5000, latency: 400 },
    groups: [
      { group: 'mail', behind: 4000, outstanding: 2, stoppedAt: undefined, isCutOff: false },
      { group: 'audit', behind: 1, outstanding: 0, stoppedAt: 17, isCutOff: false },
      { group: 'late', behind: 9, outstanding: 0, stoppedAt: undefined, isCutOff: true },
    ],
    outbox: { waiting: 2, since: new Date(0), refused: ['/outbox/refused/1.json'], removedAt: new Date(0) },
    deadLetters: 3,
    orchestrators: [
      { sight: 'silent', process: '12 on host, /a', isOurs: true },
      { sight: 'responding', process: '13 on host, /b', isOurs: false },
      { sight: 'gone', process: '14 on host, /c', isOurs: true },
    ],
    agents: { alive: 2, silent: 1 },
    freeBytes: 1e8,
  };
  const lines = healthLines(facts);
  expect(lines.map(({ level }) => level)).toEqual([
    'warning',
    'ok',
    'warning',
    'failure',
    'warning',
    'warning',
    'failure',
    'failure',
    'warning',
    'failure',
    'ok',
    'warning',
    'failure',
  ]);
  for (const { level, next } of lines) expect(next === undefined).toBe(level === 'ok');
});

test('the unit file for systemd is one', (context) => {
  const unit = path.resolve(import.meta.dirname, '../examples/service/lineclear.service');
  expect(fs.readFileSync(unit, 'utf8')).toContain('\nRestart=always\n');
  const env = { ...process.env, XDG_RUNTIME_DIR: os.tmpdir() };
  const { error, status, stderr } = spawnSync('systemd-analyze', ['verify', '--user', unit], { env });
  if (error) return context.skip('there is no systemd-analyze here');
  expect([status, String(stderr)]).toEqual([0, '']);
});
