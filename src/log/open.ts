import type { LogBackend } from './log.ts';
import { type NatsOptions, openNats } from './nats/open-nats.ts';
import { type RedisOptions, openRedis } from './redis/open-redis.ts';
import { type SqliteOptions, openSqlite } from './sqlite/open-sqlite.ts';

/** Which backend, and what it needs. */
export type LogOptions =
  | ({ readonly backend: 'sqlite' } & SqliteOptions)
  | ({ readonly backend: 'redis' } & RedisOptions)
  | ({ readonly backend: 'nats' } & NatsOptions);

/**
 * Opens a log on the backend that the options name. Throws what that backend throws. Each loads its driver itself when it
 * is opened: the bundler would make every module that two backends share a lazy one, in an order that does not work.
 */
export function openLog(options: LogOptions): Promise<LogBackend> {
  switch (options.backend) {
    case 'sqlite':
      return openSqlite(options);
    case 'nats':
      return openNats(options);
    case 'redis':
      return openRedis(options);
  }
}
