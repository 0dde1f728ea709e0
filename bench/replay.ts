import path from 'node:path';
import Database from 'better-sqlite3';
import type { EventRow } from '../src/log/sqlite/event-row.ts';
import { createWorld } from '../src/state/world.ts';
import { type Benchmark, compareRates, rateOf } from './benchmark.ts';
import { TASKS, drafts, openBenchLog, taskDrafts, withFolder } from './workplace.ts';

const EVENTS = 20_000;

export const replay: Benchmark = {
  name: 'replay',
  run: () =>
    withFolder(async (folder) => {
      const { log } = await openBenchLog(folder);
      await log.append(taskDrafts());
      for (let first = TASKS; first < EVENTS; first += 1000) {
        await log.append(drafts(Math.min(1000, EVENTS - first), first));
      }
      const bare = new Database(path.join(folder, 'log.db'), { readonly: true });
      const select = bare.prepare<[], EventRow>('SELECT * FROM events ORDER BY sequence');

      const rates = await compareRates(
        () =>
          rateOf(EVENTS, async () => {
            const world = createWorld();
            for await (const event of log.read()) world.apply(event);
          }),
        () =>
          rateOf(EVENTS, () => {
            for (const row of select.all()) {
              for (const json of [row.call_chain, row.context_refs, row.data]) JSON.parse(json);
            }
          }),
      );
      bare.close();
      await log.close();
      return {
        ...rates,
        unit: 'events/s',
        note:
          `${EVENTS} events read, checked and folded into the whole state; reference: bare SELECT of all columns and ` +
          'JSON.parse of the lists and the data, checked and folded by nobody; higher is better',
      };
    }),
};
