import { z } from 'zod';

/** What the configuration says about a log on a Redis server, beside its address, user and password. */
export const redisTableSchema = z
  .strictObject({
    /** The address is that of a node of a Redis Cluster. */
    cluster: z.boolean(),
    /** Options of ioredis, by its own names: `sentinels`, `name`, `natMap`, … */
    options: z.record(z.string(), z.unknown()),
    /** Families of events (`memory`, `agent`, …) that are copied to streams of their own. */
    streams: z.array(z.string().regex(/^[a-z]+$/, 'must be the first word of event types, such as memory')),
    /** About how many entries such a stream keeps. */
    max_length: z.int().positive(),
    /** About how many events the log keeps; what a snapshot or a group still needs stays in any case. */
    keep_events: z.int().positive(),
    /** Families of events that are published on the channel. */
    notify: z.array(z.string().regex(/^[a-z]+$/, 'must be the first word of event types, such as memory')),
    channel: z.string().min(1),
  })
  .partial();

export interface TlsFiles {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
}

/** How to reach a Redis server. */
export interface RedisSettings {
  /** `redis://[user[:password]@]host[:port][/db]`, or `rediss://` for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsFiles;
  readonly cluster?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}
