import type { LogBackend } from '../../src/log/log.ts';

/** The least that could work on the same server or file: what is stored is text, checked and looked up by nobody. */
export interface Raw {
  /** Stores one event; resolves when it is acknowledged. */
  append(json: string): Promise<unknown>;
  /** Calls the listener with each event that is appended from now on; resolves when it listens. */
  follow(listener: () => void): Promise<unknown>;
  /** Reads and parses all events. */
  replay(): Promise<number>;
  /** Takes the next `count` events that nobody took before, each acknowledged by itself, and resolves when all are. */
  deliver(count: number): Promise<void>;
  close(): Promise<void>;
}

/** A backend and the plainest use of its driver, both fresh. */
export interface Subject {
  readonly ours: LogBackend;
  /** Another connection to the same log. */
  readonly peer: LogBackend;
  readonly raw: Raw;
  close(): Promise<void>;
}

export interface Backend {
  readonly name: string;
  /** What the raw side does, and under which conditions. */
  readonly note: string;
  readonly open: () => Promise<Subject>;
}

/**
 * Opens our log twice and the raw driver once, on the same server or in the same folder.
 * @param remove ends the server or deletes the folder, when all of them are closed
 */
export async function openSubject(
  open: () => Promise<LogBackend>,
  openRaw: () => Promise<Raw>,
  remove: () => Promise<void>,
): Promise<Subject> {
  const [ours, peer, raw] = [await open(), await open(), await openRaw()];
  return {
    ours,
    peer,
    raw,
    async close() {
      await Promise.all([ours, peer, raw].map((opened) => opened.close()));
      await remove();
    },
  };
}
