import type { EventOf } from '../contract/event.ts';
import { type Change, ignore } from './change.ts';
import { inboxItemsOf } from './inbox.ts';
import type { TaskState } from './task.ts';

/** A matter is put off; what was put off before and is settled by now is forgotten. */
export function onSnooze(task: TaskState, { data }: EventOf<'user.snoozed_item'>): Change {
  const waiting = new Set(inboxItemsOf(task).map(({ item_id }) => item_id));
  if (!waiting.has(data.item_id)) return ignore(`${data.item_id} is not waiting`);
  const still = Object.entries(task.snoozed).filter(([item_id]) => waiting.has(item_id));
  return { snoozed: { ...Object.fromEntries(still), [data.item_id]: data.until } };
}
