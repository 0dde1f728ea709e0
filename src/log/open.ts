import type { LogBackend } from './log.ts';
import { type SqliteOptions, openSqlite } from './sqlite/open-sqlite.ts';

/** Which backend, and what it needs. */
export type LogOptions = { readonly backend: 'sqlite' } & SqliteOptions;

/** Opens a log on the backend that the options name. Throws what that backend throws. */
export function openLog(options: LogOptions): Promise<LogBackend> {
  switch (options.backend) {
    case 'sqlite':
      return openSqlite(options);
  }
}
