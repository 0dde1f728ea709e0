import { inboxFacts, inboxHeadline, snoozedUntil } from '../../state/inbox-words.ts';
import { type InboxItem, isSnoozed, waitingNow } from '../../state/inbox.ts';
import { type Moment, joined } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, row, whole } from '../line.ts';
import { shellWord } from '../shell-word.ts';
import { shortIds } from '../short-ids.ts';

const MARKS = {
  plan: '▣',
  question: '?',
  permission: '!',
  scope: '≠',
  parked: '‖',
  budget: '$',
  failure: '✗',
  dead_letters: '✉',
  note: '⑂',
  context: '⑂',
} as const;

/** What a terminal has room for besides: what can be answered, and what to do. */
function more(item: InboxItem): string | undefined {
  if (item.kind === 'question') return item.question.options?.join(' / ');
  return item.kind === 'failure' ? item.failure.next : undefined;
}

/** The commands with which a matter is settled, ready to be copied. */
function commands(item: InboxItem, task: string, alone: boolean): readonly string[] {
  switch (item.kind) {
    case 'plan':
      return [
        `lineclear plan ${task}`,
        `lineclear approve ${task} --revision ${item.plan.revision}`,
        `lineclear reject ${task} -m "what should be different"`,
      ];
    case 'question': {
      const which = alone ? '' : ` --question ${shellWord(item.question.question_id)}`;
      return [`lineclear answer ${task} "your answer"${which}`];
    }
    case 'permission': {
      const which = alone ? '' : ` --request ${shellWord(item.permission.request_id)}`;
      return [`lineclear allow ${task}${which}`, `lineclear deny ${task}${which}`];
    }
    case 'parked':
      return [`lineclear resume ${task}`, `lineclear cancel ${task}`];
    case 'budget':
      return [`lineclear raise ${task}`, `lineclear cancel ${task}`];
    case 'scope': {
      const which = alone ? '' : ` --file ${shellWord(item.excess.file_path)}`;
      return ['allow', 'revert', 'stop'].map((decision) => `lineclear scope ${decision} ${task}${which}`);
    }
    case 'failure':
      return [
        `lineclear retry ${task}`,
        ...(item.failure.phase === 'executing' ? [`lineclear skip ${task}`] : []),
        `lineclear cancel ${task}`,
      ];
    case 'dead_letters': {
      const group = shellWord(item.group);
      return [`lineclear dlq list --group ${group}`, `lineclear dlq replay --group ${group}`];
    }
    case 'note': {
      const settle = `lineclear memory settle ${shellWord(`${item.note.domain}/${item.note.slug}`)}`;
      return [settle, `${settle} --take current`, `${settle} --take other`];
    }
    case 'context': {
      const settle = `lineclear context settle ${shellWord(item.context_id)} ${shellWord(item.conflict.key)}`;
      return [`${settle} --take current`, `${settle} --take other`];
    }
  }
}

function itemLines(world: World, item: InboxItem, task: string, moment: Moment): readonly Line[] {
  const same = world.inbox.filter((other) => other.kind === item.kind && other.task_id === item.task_id);
  const mark: Cell = { text: MARKS[item.kind], style: item.kind === 'failure' ? 'red' : 'yellow' };
  return [
    row(mark, ' ', { text: inboxHeadline(item), style: 'bold' }),
    row('  ', joined(...inboxFacts(world, item, moment), more(item))),
    ...commands(item, task, same.length === 1).map((command) =>
      whole('    ', { text: command, style: 'dim' }),
    ),
  ];
}

/** Everything that waits for a person, oldest first, with the commands that settle it; `besides` waits, too. */
export function inboxList(
  world: World,
  moment: Moment,
  taskId?: string,
  besides: readonly Line[] = [],
): readonly Line[] {
  const items = world.inbox.filter((item) => taskId === undefined || item.task_id === taskId);
  const waiting = waitingNow(items, moment.now);
  const short = shortIds(world.tasks.keys());
  const lines = waiting.flatMap((item) =>
    itemLines(world, item, shellWord(short.get(item.task_id ?? '') ?? item.task_id ?? ''), moment),
  );
  const all = [...lines, ...besides];
  const snoozed = items
    .filter((item) => isSnoozed(item, moment.now))
    .map((item) => row({ text: `z ${inboxHeadline(item)}  ${snoozedUntil(item, moment)}`, style: 'dim' }));
  return [...(all.length > 0 ? all : [whole('Nothing waits for you.')]), ...snoozed];
}
