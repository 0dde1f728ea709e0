import type Database from 'better-sqlite3';
import type { Lease, LeaseInfo, Leases } from '../log.ts';
import type { WriteQueue } from './write-queue.ts';

export interface LeaseOptions {
  readonly writer: Database.Database;
  readonly reader: Database.Database;
  readonly queue: WriteQueue;
  readonly now: () => Date;
  readonly reading: <T>(read: () => T) => Promise<T>;
}

/** `holder` is null when it was given back; the row stays, so that the token goes on growing. */
interface LeaseRow {
  readonly holder: string | null;
  readonly token: number;
  /** Milliseconds since 1970. */
  readonly expires_at: number;
}

/** Leases by the wall clock: the processes that share a file share a machine, or one clock closely enough. */
export function createLeases({ writer, reader, queue, now, reading }: LeaseOptions): Leases {
  const columns = 'SELECT holder, token, expires_at FROM leases WHERE name = ?';
  const select = writer.prepare<[string], LeaseRow>(columns);
  const peek = reader.prepare<[string], LeaseRow>(columns);
  const upsert = writer.prepare<[string, string, number, number]>(
    `INSERT INTO leases (name, holder, token, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE
     SET holder = excluded.holder, token = excluded.token, expires_at = excluded.expires_at`,
  );
  const prolong = writer.prepare<[number, string, string, number]>(
    'UPDATE leases SET expires_at = ? WHERE name = ? AND holder = ? AND token = ?',
  );
  const giveBack = writer.prepare<[string, string, number]>(
    'UPDATE leases SET holder = NULL, expires_at = 0 WHERE name = ? AND holder = ? AND token = ?',
  );
  const remove = writer.prepare<[string, string, number]>(
    'DELETE FROM leases WHERE name = ? AND holder = ? AND token = ?',
  );

  function toLease(info: LeaseInfo, ttlMs: number): Lease {
    const { name, holder, token } = info;
    return {
      ...info,
      // Who is late and yet finds its token unchanged has lost nothing: nobody else was in between.
      renew: () => queue.submit(() => prolong.run(now().getTime() + ttlMs, name, holder, token).changes > 0),
      async release({ forGood = false } = {}) {
        await queue.submit(() => (forGood ? remove : giveBack).run(name, holder, token));
      },
    };
  }

  /** For use in a transaction. */
  function give(name: string, holder: string, token: number, ttlMs: number): Lease {
    const expiresAt = new Date(now().getTime() + ttlMs);
    upsert.run(name, holder, token, expiresAt.getTime());
    return toLease({ name, holder, token, expiresAt }, ttlMs);
  }

  const latest = (name: string) =>
    reading((): LeaseInfo | undefined => {
      const row = peek.get(name);
      if (!row || row.holder === null) return undefined;
      return { name, holder: row.holder, token: row.token, expiresAt: new Date(row.expires_at) };
    });

  return {
    acquire: (name, holder, ttlMs) =>
      queue.submit(() => {
        const row = select.get(name);
        const own = row?.holder === holder;
        if (row && row.holder !== null && !own && row.expires_at > now().getTime()) return undefined;
        return give(name, holder, (row?.token ?? 0) + (own ? 0 : 1), ttlMs);
      }),

    takeOver: (from, holder, ttlMs) =>
      queue.submit(() => {
        const row = select.get(from.name);
        if (!row || row.holder !== from.holder || row.token !== from.token) return undefined;
        return give(from.name, holder, row.token + 1, ttlMs);
      }),

    latest,

    async holder(name) {
      const info = await latest(name);
      return info && info.expiresAt.getTime() > now().getTime() ? info : undefined;
    },
  };
}
