import path from 'node:path';
import Database from 'better-sqlite3';
import { completeDraft } from '../src/contract/draft.ts';
import type { CompleteDraft } from '../src/contract/event.ts';
import { newEventId } from '../src/log/event-id.ts';
import { INSERT_EVENT, toValues } from '../src/log/sqlite/event-row.ts';
import { MIGRATIONS } from '../src/log/sqlite/schema.ts';
import { type Result, compareRates, rateOf } from './benchmark.ts';
import { drafts, openBenchLog, withFolder } from './workplace.ts';

/** The same events into the same table with the same indexes, without a log around it. */
function openBare(file: string) {
  const db = new Database(file);
  db.pragma('journal_mode = wal');
  db.pragma('synchronous = NORMAL');
  for (const step of MIGRATIONS) db.exec(step);
  const insert = db.prepare(INSERT_EVENT);
  let sequence = 0;
  const insertAll = db.transaction((events: readonly CompleteDraft[]) => {
    for (const event of events) insert.run((sequence += 1), ...toValues(event, JSON.stringify(event.data)));
  });
  return {
    insertAll: (events: readonly CompleteDraft[]) => insertAll.immediate(events),
    close: () => db.close(),
  };
}

/** Events per second when one append after another is awaited, with `batch` events in each. */
export const measureAppend = (batch: number, appends: number): Promise<Result> =>
  withFolder(async (folder) => {
    const backend = await openBenchLog(path.join(folder, 'ours'));
    const bare = openBare(path.join(folder, 'bare.db'));
    const defaults = { tenantId: 'local', newId: newEventId, now: () => new Date() };
    let first = 0;
    const nextBatches = () =>
      Array.from({ length: appends }, () => {
        first += batch;
        return drafts(batch, first);
      });

    const rates = await compareRates(
      () => {
        const batches = nextBatches();
        return rateOf(batch * appends, async () => {
          for (const events of batches) await backend.log.append(events);
        });
      },
      () => {
        const batches = nextBatches().map((events) => events.map((event) => completeDraft(event, defaults)));
        return rateOf(batch * appends, () => {
          for (const events of batches) bare.insertAll(events);
        });
      },
    );
    await backend.close();
    bare.close();
    return {
      ...rates,
      unit: 'events/s',
      note:
        `durability process (synchronous=NORMAL), one writer, ${batch} per append; reference: bare better-sqlite3 ` +
        `inserts of finished events into the same table, ${batch} per transaction, without ids, checks, redaction or ` +
        'waking anybody, checkpoints as SQLite does them by default; higher is better',
    };
  });
