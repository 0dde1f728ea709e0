import { setTimeout as wait } from 'node:timers/promises';
import type { Delivered } from './outbox.ts';

/** Milliseconds between two looks while everything can be delivered. */
const LOOK_MS = 1000;
/** After failures one after the other, doubled each time up to this. */
const MAX_PAUSE_MS = 60_000;

interface KeepDeliveringOptions {
  readonly deliver: () => Promise<Delivered>;
  readonly signal: AbortSignal;
  /** Calls the listener when there is a reason to try again before the time; returns how to stop that. */
  readonly onHope?: ((listener: () => void) => () => void) | undefined;
}

/** Delivers what is put into an outbox, soon, until the signal is aborted; after a failure less and less often. */
export async function keepDelivering({ deliver, signal, onHope }: KeepDeliveringOptions): Promise<void> {
  let failures = 0;
  let hope = new AbortController();
  const stop = onHope?.(() => hope.abort());
  try {
    while (!signal.aborted) {
      hope = new AbortController();
      const { cause } = await deliver();
      failures = cause ? failures + 1 : 0;
      const pause = cause ? Math.min(LOOK_MS * 2 ** (failures - 1), MAX_PAUSE_MS) : LOOK_MS;
      const either = AbortSignal.any([signal, hope.signal]);
      await wait(pause, undefined, { signal: either }).catch(() => undefined);
    }
  } finally {
    stop?.();
  }
}
