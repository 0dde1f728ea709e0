// Tells a webhook what became of tasks: node announce.ts https://chat.example/hooks/…
// As many of them as you like share the work; what the webhook cannot take waits in `lineclear dlq`.
import { LineclearError, consume } from 'lineclear';

const [webhook] = process.argv.slice(2);
if (webhook === undefined) throw new Error('Where to? node announce.ts URL');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());

await consume(
  'announce',
  async (event, { signal }) => {
    const what =
      event.type === 'task.completed'
        ? `is done: ${event.data.summary}`
        : `failed: ${event.data.error_message}`;
    const response = await fetch(webhook, {
      method: 'POST',
      // An event may come twice, when a worker dies after its work: its id tells.
      headers: { 'content-type': 'application/json', 'idempotency-key': event.id },
      body: JSON.stringify({ text: `Task ${event.task_id ?? ''} ${what}` }),
      signal,
    });
    // No further try would help.
    if (response.status === 400) throw new LineclearError('delivery_rejected', await response.text());
    // Comes again after 1, 4 and 16 seconds.
    if (!response.ok) throw new Error(`The webhook answered ${response.status}.`);
  },
  { types: ['task.completed', 'task.failed'], signal: stop.signal },
);
