import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openApp } from '../src/app.ts';
import type { EventDraft } from '../src/contract/event.ts';
import { SNAPSHOT_EVERY } from '../src/followed-world.ts';
import { openBenchLog } from './workplace.ts';
import { finishedTask, waitingTask } from './sample-tasks.ts';

/** Kept between runs: a million events take a minute to write. The number changes with what is in them. */
const CACHE = path.join(os.tmpdir(), 'lineclear-bench-logs-1');
const WAITING = 5;

/** A workspace whose log has at least so many events, in tasks of about 200, the last of which wait for the person. */
export async function sampleWorkspace(events: number): Promise<string> {
  const root = path.join(CACHE, String(events));
  if (!fs.existsSync(root)) {
    const partial = `${root}.${process.pid}`;
    await fill(path.join(partial, '.lineclear'), events);
    fs.renameSync(partial, root);
  }
  await age(root);
  return root;
}

async function fill(folder: string, events: number): Promise<void> {
  fs.mkdirSync(folder, { recursive: true });
  const { log } = await openBenchLog(folder);
  let batch: EventDraft[] = [];
  let written = 0;
  for (let number = 0; written < events; number += 1) {
    const left = events - written - batch.length;
    batch.push(...(left <= WAITING * 50 ? waitingTask(number) : finishedTask(number)));
    if (batch.length < 1000 && written + batch.length < events) continue;
    await log.append(batch);
    written += batch.length;
    batch = [];
  }
  await log.close();
}

/** As windows find it at worst: the newest snapshot is as far behind as it gets. */
async function age(root: string): Promise<void> {
  const app = await openApp({ root, source: 'cli' });
  const behind = app.world.position;
  await app.refresh();
  const tail = app.world.position - behind;
  await app.close();
  const missing = tail >= SNAPSHOT_EVERY ? SNAPSHOT_EVERY - 1 : SNAPSHOT_EVERY - 1 - tail;
  if (missing < 250) return;
  const { log } = await openBenchLog(path.join(root, '.lineclear'));
  const first = await log.head();
  for (let number = first; (await log.head()) - first < missing - 250; number += 1)
    await log.append(finishedTask(number));
  await log.close();
}
