import type { LogBackend } from '../../src/log/log.ts';

/**
 * Makes what a log has beside its events before several peers ask for it: NATS 2.9.10 dies of a question about a stream
 * that another peer is just making.
 */
export async function madeWhole(backend: LogBackend): Promise<LogBackend> {
  await backend.documents.put('made', '', undefined);
  await backend.blobs.put(Buffer.from('made'));
  return backend;
}
