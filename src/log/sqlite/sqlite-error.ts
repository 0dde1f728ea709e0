import { type ErrorCode, LineclearError, messageOf } from '../../contract/errors.ts';

/** What the codes of SQLite, primary and extended, and of Node mean for a log; the first prefix that fits counts. */
const MEANINGS: readonly (readonly [prefix: string, code: ErrorCode, problem: string])[] = [
  ['SQLITE_BUSY', 'log_busy', 'is locked by another process'],
  ['SQLITE_PROTOCOL', 'log_busy', 'is locked by another process'],
  ['SQLITE_NOTADB', 'log_corrupt', 'is not a SQLite database, or its beginning is damaged'],
  ['SQLITE_CORRUPT', 'log_corrupt', 'is damaged'],
  ['SQLITE_FULL', 'log_full', 'cannot grow: the disk is full'],
  ['SQLITE_READONLY_DBMOVED', 'log_replaced', 'was moved or deleted while it was open'],
  ['SQLITE_READONLY', 'log_readonly', 'cannot be written'],
  ['SQLITE_IOERR', 'log_failed', 'could not be read or written'],
  ['SQLITE_CANTOPEN', 'log_failed', 'could not be opened'],
  // Of the operating system, while the folder is made and the file is looked at.
  ['EACCES', 'log_readonly', 'cannot be written'],
  ['EPERM', 'log_readonly', 'cannot be written'],
  ['EROFS', 'log_readonly', 'cannot be written'],
  ['ENOSPC', 'log_full', 'cannot grow: the disk is full'],
];

/** The code of an error of SQLite or of Node. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Whether another connection holds the lock right now, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  return /^SQLITE_(BUSY|PROTOCOL)/.test(codeOf(error));
}

/** Whether a read-only connection met a crashed writer's work that only a writing connection can roll back. */
export const needsRecovery = (error: unknown): boolean =>
  /^SQLITE_READONLY_(ROLLBACK|RECOVERY|CANTINIT)/.test(codeOf(error));

/** The error of the product for anything that was thrown while working on the log in `file`. */
export function toLogError(error: unknown, file: string): LineclearError {
  if (error instanceof LineclearError) return error;
  const found = codeOf(error);
  const [, code, problem] = MEANINGS.find(([prefix]) => found.startsWith(prefix)) ?? [
    '',
    'log_failed' as const,
    'could not be used',
  ];
  return new LineclearError(code, `${file} ${problem}: ${messageOf(error)}`, { cause: error });
}
