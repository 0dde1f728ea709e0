import type { ActivityEntry } from './activity.ts';

/** An entry that has a row, and what came of the same: for who wants to know more. */
export interface ActivityRow {
  readonly entry: ActivityEntry;
  readonly also: readonly ActivityEntry[];
}

/**
 * Rows for entries, the newest last: of a rate limit the refusal of the provider is one, and neither the alert, nor the end of
 * the agent, nor the parking of the task, which all say the same.
 */
export function rowsOf(entries: readonly ActivityEntry[]): readonly ActivityRow[] {
  const rows: { readonly entry: ActivityEntry; readonly also: ActivityEntry[] }[] = [];
  const limits = new Map<string | undefined, ActivityEntry[]>();
  for (const entry of entries) {
    if (entry.type === 'task.resumed') limits.delete(entry.task_id);
    const limit =
      entry.is_limit && entry.type !== 'provider.rate_limited' ? limits.get(entry.task_id) : undefined;
    if (limit) {
      limit.push(entry);
      continue;
    }
    const also: ActivityEntry[] = [];
    if (entry.type === 'provider.rate_limited') limits.set(entry.task_id, also);
    rows.push({ entry, also });
  }
  return rows;
}

/** Until when it lasts, where that is said: a provider that does not say it leaves it to who waits. */
export const endOf = ({ entry, also }: ActivityRow): string | undefined =>
  entry.until ?? also.find(({ until }) => until !== undefined)?.until;
