import { LineclearError } from '../contract/errors.ts';
import type { ReadQuery } from './log.ts';

/** Throws `history_truncated` when a reader asks for what is truncated and does not know of it. */
export function checkTruncated(
  { after = 0, taskId, truncatedAt: known = 0 }: ReadQuery,
  truncatedAt: number,
): void {
  if (taskId !== undefined || after >= truncatedAt || known >= truncatedAt) return;
  throw new LineclearError(
    'history_truncated',
    `History is truncated: events up to ${truncatedAt} were removed. Whole is what follows, from event ${truncatedAt + 1} on.`,
  );
}
