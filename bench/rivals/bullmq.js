// node bullmq.js PORT CONCURRENCY: for each line of JSON with events, adds these and prints how many were processed per second.
import readline from 'node:readline';
import { Queue, Worker } from 'bullmq';

const [port, concurrency] = process.argv.slice(2).map(Number);
const connection = { host: '127.0.0.1', port, maxRetriesPerRequest: null };
const queue = new Queue('events', { connection });
let left = 0;
let done = () => undefined;
const worker = new Worker('events', async () => undefined, { connection, concurrency });
worker.on('completed', () => {
  left -= 1;
  if (left === 0) done();
});
await worker.waitUntilReady();
const options = { attempts: 4, backoff: { type: 'exponential', delay: 1000 } };
for await (const line of readline.createInterface({ input: process.stdin })) {
  const events = JSON.parse(line);
  const start = performance.now();
  left = events.length;
  const processed = new Promise((resolve) => {
    done = resolve;
  });
  await queue.addBulk(events.map((data) => ({ name: 'event', data, opts: options })));
  await processed;
  console.log(events.length / ((performance.now() - start) / 1000));
}
process.exit();
