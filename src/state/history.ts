import type { EventOf } from '../contract/event.ts';
import type { ArchivedTask } from './archive.ts';

/** What became of the events of a task that ended long ago. */
export interface RemovedEvents {
  /** ISO 8601. */
  readonly at: string;
  /** Where they are, as a path from the workspace; missing: they were deleted. */
  readonly file?: string | undefined;
  /** On which machine. */
  readonly host?: string | undefined;
}

/** How far history is truncated, as the log itself tells. */
export interface TruncatedHistory extends RemovedEvents {
  /** Up to this sequence events of tasks are missing. */
  readonly upto: number;
  /** Of the newest event that tells of it: before that more was to be seen. */
  readonly sequence: number;
  /** All that there ever were. */
  readonly tasks: number;
  readonly events: number;
}

type Truncated = EventOf<'history.truncated'>;

export const removedBy = ({ timestamp: at, data: { archive } }: Truncated): RemovedEvents => ({
  at,
  ...(archive && { file: archive.file, host: archive.host }),
});

export const truncatedBy = (before: TruncatedHistory | undefined, event: Truncated): TruncatedHistory => ({
  ...removedBy(event),
  upto: Math.max(before?.upto ?? 0, event.data.upto),
  sequence: event.sequence,
  tasks: (before?.tasks ?? 0) + event.data.tasks.length,
  events: (before?.events ?? 0) + event.data.events,
});

/** The lines of tasks as they are from then on: first those whose events are gone, in the order in which they went. */
export function withRemoved(
  archive: ReadonlyMap<string, ArchivedTask>,
  tasks: Truncated['data']['tasks'],
  removed: RemovedEvents,
): [string, ArchivedTask][] {
  const gone = tasks.map((line): [string, ArchivedTask] => [line.task_id, { ...line, removed }]);
  const ids = new Set(gone.map(([taskId]) => taskId));
  const others = [...archive].filter(([taskId]) => !ids.has(taskId));
  return [
    ...others.filter(([, task]) => task.removed),
    ...gone,
    ...others.filter(([, task]) => !task.removed),
  ];
}
