import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { install } from '../../scripts/install.mjs';
import { completeDraft } from '../../src/contract/draft.ts';
import { newEventId } from '../../src/log/event-id.ts';
import { startRedis } from '../../test/log/redis-server.ts';
import { openLog } from '../../src/log/open.ts';
import { type Benchmark, compareRates, rateOf } from '../benchmark.ts';
import { drafts, openBenchLog, withFolder } from '../workplace.ts';
import { AT_ONCE, DELIVERED, startWorker } from './measures.ts';

const folder = path.join(import.meta.dirname, '../rivals');
const defaults = { tenantId: 'local', newId: newEventId, now: () => new Date() };
const lineOf = (count: number): string =>
  JSON.stringify(drafts(count).map((draft) => completeDraft(draft, defaults)));

/** A program of another library, in a process of its own: measures itself, one round for each line of events. */
async function startRival(script: string, ...args: readonly string[]) {
  await install(folder, 'libraries to be measured against');
  // Its install script is off, as all are: it would compile on every machine that only runs tests.
  if (!fs.existsSync(path.join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node')))
    spawnSync('npm', ['rebuild', 'sqlite3', '--ignore-scripts=false'], { cwd: folder, stdio: 'inherit' });
  const child: ChildProcess & { stdout: NodeJS.ReadableStream; stdin: NodeJS.WritableStream } = spawn(
    process.execPath,
    [path.join(folder, script), ...args],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async rate(line: string): Promise<number> {
      child.stdin.write(`${line}\n`);
      for (;;) {
        const next = await lines.next();
        if (next.done) throw new Error(`${script} ended early.`);
        const rate = Number(next.value);
        // Libraries say other things, too.
        if (!Number.isNaN(rate)) return rate;
      }
    },
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}

const APPENDS = 50;

/** Our file against that of emmett-sqlite: one event after another. */
export const appendEmmett: Benchmark = {
  name: 'append_emmett',
  group: 'log',
  run: () =>
    withFolder(async (place) => {
      const ours = await openBenchLog(place);
      const rival = await startRival('emmett.js', path.join(place, 'emmett.db'));
      const line = lineOf(APPENDS);
      const rates = await compareRates(
        () =>
          rateOf(APPENDS, async () => {
            for (const draft of drafts(APPENDS)) await ours.log.append([draft]);
          }),
        () => rival.rate(line),
      );
      await rival.stop();
      await ours.close();
      return {
        ...rates,
        unit: 'events/s',
        note: 'SQLite, durability process, appends of one event one after another; reference: emmett-sqlite as it comes; higher is better',
      };
    }),
};

/** Our groups on Redis against BullMQ on the same server. */
export const deliveryBullmq: Benchmark = {
  name: 'delivery_bullmq',
  group: 'log',
  async run() {
    const server = await startRedis('--appendfsync', 'everysec');
    const ours = await openLog({ backend: 'redis', url: server.url(), tenantId: 'local' });
    const worker = startWorker(ours);
    const rival = await startRival('bullmq.js', String(server.port), String(AT_ONCE));
    const line = lineOf(DELIVERED);
    const rates = await compareRates(
      () => rateOf(DELIVERED, () => worker.deliver()),
      () => rival.rate(line),
    );
    await worker.stop();
    await rival.stop();
    await ours.close();
    await server.dispose();
    return {
      ...rates,
      unit: 'events/s',
      note: `${DELIVERED} events appended at once and handled by one worker, ${AT_ONCE} at once, retries on, on Redis with appendfsync everysec; reference: BullMQ, addBulk to completed; higher is better`,
    };
  },
};
