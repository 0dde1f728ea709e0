import * as z from 'zod';
import type { Lease, LeaseInfo, Leases } from '../log.ts';
import type { Kv } from './kv.ts';
import { token } from './names.ts';

/** `holder` is null when it was given back; the entry stays, so that the token goes on growing. */
const entrySchema = z.object({
  holder: z.string().nullable(),
  token: z.int(),
  /** Milliseconds since 1970. */
  expires_at: z.number(),
});
type Entry = z.infer<typeof entrySchema>;

const keyOf = (name: string) => `leases.${token(name)}`;

/** Leases by the clock of the server, whatever that of each machine says. Who reads and writes loses if another did. */
export function createLeases(kv: Kv, now: () => Promise<Date>): Leases {
  async function read(name: string): Promise<{ entry: Entry | undefined; revision: number | undefined }> {
    const found = await kv.get(keyOf(name));
    return { entry: found && entrySchema.parse(JSON.parse(found.value)), revision: found?.revision };
  }

  /** Replaces the entry by what `change` makes of it; undefined leaves it, and is returned. */
  async function update(
    name: string,
    change: (entry: Entry | undefined, time: number) => Entry | undefined,
  ): Promise<Entry | undefined> {
    for (;;) {
      const { entry, revision } = await read(name);
      const next = change(entry, (await now()).getTime());
      if (!next || (await kv.put(keyOf(name), JSON.stringify(next), revision)) !== undefined) return next;
    }
  }

  /** Removes the entry as long as it is the one that is meant. */
  async function remove(name: string, isMeant: (entry: Entry | undefined) => boolean): Promise<void> {
    for (;;) {
      const { entry, revision } = await read(name);
      if (revision === undefined || !isMeant(entry)) return;
      if (await kv.delete(keyOf(name), revision)) return;
    }
  }

  function toLease(name: string, holder: string, entry: Entry, ttlMs: number): Lease {
    const isOwn = (current: Entry | undefined) => current?.holder === holder && current.token === entry.token;
    return {
      name,
      holder,
      token: entry.token,
      expiresAt: new Date(entry.expires_at),
      // Who is late and yet finds its token unchanged has lost nothing: nobody else was in between.
      async renew() {
        const renewed = await update(name, (current, time) =>
          isOwn(current) ? { ...entry, expires_at: time + ttlMs } : undefined,
        );
        return renewed !== undefined;
      },
      async release({ forGood = false } = {}) {
        if (forGood) return await remove(name, isOwn);
        await update(name, (current) =>
          isOwn(current) ? { ...entry, holder: null, expires_at: 0 } : undefined,
        );
      },
    };
  }

  async function latest(name: string): Promise<LeaseInfo | undefined> {
    const { entry } = await read(name);
    if (!entry || entry.holder === null) return undefined;
    return { name, holder: entry.holder, token: entry.token, expiresAt: new Date(entry.expires_at) };
  }

  return {
    async acquire(name, holder, ttlMs) {
      const taken = await update(name, (entry, time) => {
        const own = entry?.holder === holder;
        if (entry && entry.holder !== null && !own && entry.expires_at > time) return undefined;
        return { holder, token: (entry?.token ?? 0) + (own ? 0 : 1), expires_at: time + ttlMs };
      });
      return taken && toLease(name, holder, taken, ttlMs);
    },

    async takeOver(from, holder, ttlMs) {
      const taken = await update(from.name, (entry, time) => {
        if (entry?.holder !== from.holder || entry.token !== from.token) return undefined;
        return { holder, token: entry.token + 1, expires_at: time + ttlMs };
      });
      return taken && toLease(from.name, holder, taken, ttlMs);
    },

    latest,

    async holder(name) {
      const info = await latest(name);
      return info && info.expiresAt.getTime() > (await now()).getTime() ? info : undefined;
    },
  };
}
