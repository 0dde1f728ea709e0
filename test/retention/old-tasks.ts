import type { EventDraft } from '../../src/contract/event.ts';
import { newEventId } from '../../src/log/event-id.ts';
import type { EventLog } from '../../src/log/log.ts';
import { finishedTask, waitingTask } from '../../bench/sample-tasks.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

const at = (drafts: readonly EventDraft[], daysAgo: number): EventDraft[] => {
  const timestamp = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
  return drafts.map((draft) => ({ ...draft, id: newEventId(), timestamp }));
};

const WORK: readonly string[] = ['agent.progress', 'agent.output', 'file.modified', 'provider.called'];

/** The ids of `old` tasks that ended 60 days ago, of `recent` ones, and of two that wait for a person since 50 days. */
export async function oldAndNewTasks(
  log: EventLog,
  {
    old,
    recent,
    isBrief = false,
    names = () => Promise.resolve([]),
  }: {
    readonly old: number;
    readonly recent: number;
    /** Whether nothing is told of the work that the old ones were: about 30 events each, not 200. */
    readonly isBrief?: boolean;
    /** Contents that an event of the task names. */
    readonly names?: (kind: 'old' | 'others', number: number) => Promise<string[]>;
  },
): Promise<{ readonly old: string[]; readonly others: string[] }> {
  const ids = { old: [] as string[], others: [] as string[] };
  const add = async (kind: 'old' | 'others', drafts: readonly EventDraft[], daysAgo: number) => {
    const context_refs = await names(kind, ids[kind].length);
    await log.append(
      at(drafts, daysAgo).map((draft, index) => (index === 1 ? { ...draft, context_refs } : draft)),
    );
    ids[kind].push(drafts[0]?.task_id ?? '');
  };
  let number = 0;
  for (; number < old; number += 1) {
    const told = finishedTask(number).filter(({ type }) => !isBrief || !WORK.includes(type));
    await add('old', told, 60);
    if (number === 1) for (let i = 0; i < 2; i += 1) await add('others', waitingTask(100_000 + i), 50);
  }
  for (; number < old + recent; number += 1) await add('others', finishedTask(number), 1);
  return ids;
}
