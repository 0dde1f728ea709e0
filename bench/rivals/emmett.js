// node emmett.js FILE: for each line of JSON with events, appends these one after the other and prints the events per second.
import readline from 'node:readline';
import { getSQLiteEventStore } from '@event-driven-io/emmett-sqlite';

const store = getSQLiteEventStore({
  fileName: process.argv[2],
  schema: { autoMigration: 'CreateOrUpdate' },
});
/** It refuses now and then to commit; the event is appended again then. */
async function append(stream, event) {
  for (;;) {
    try {
      return await store.appendToStream(stream, [event]);
    } catch (error) {
      if (error.code !== 'SQLITE_BUSY') throw error;
    }
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const events = JSON.parse(line);
  const start = performance.now();
  for (const { task_id, type, ...data } of events) await append(task_id, { type, data });
  console.log(events.length / ((performance.now() - start) / 1000));
}
process.exit();
