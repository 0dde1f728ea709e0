import type { LogBackend } from './log.ts';
import type { RedisOptions } from './redis/open-redis.ts';
import type { SqliteOptions } from './sqlite/open-sqlite.ts';

/** Which backend, and what it needs. */
export type LogOptions =
  | ({ readonly backend: 'sqlite' } & SqliteOptions)
  | ({ readonly backend: 'redis' } & RedisOptions);

/** Opens a log on the backend that the options name, and loads no other driver. Throws what that backend throws. */
export async function openLog(options: LogOptions): Promise<LogBackend> {
  switch (options.backend) {
    case 'sqlite':
      return (await import('./sqlite/open-sqlite.ts')).openSqlite(options);
    case 'redis':
      return (await import('./redis/open-redis.ts')).openRedis(options);
  }
}
