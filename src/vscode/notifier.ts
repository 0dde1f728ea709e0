import * as l10n from '@vscode/l10n';
import type { AgentEvent } from '../contract/event.ts';
import { agentNameOf } from '../state/agent-name.ts';
import { exceededWords } from '../state/budget.ts';
import { type ConflictItem, type InboxItem, isConflict, waitingNow } from '../state/inbox.ts';
import { inboxFacts, inboxHeadline, permissionFacts, scopeFacts, sidesOf } from '../state/inbox-words.ts';
import type { World } from '../state/world.ts';
import type { Notice } from './screen.ts';
import { targetOf } from './trees/inbox-model.ts';
import { oneLine } from './inert-text.ts';
import { sentences } from './sentences.ts';

/** So many alerts of a time without a look are told; so many headlines stand in what is told as one. */
const MOST = 3;
/**
 * Milliseconds between two messages: as long as VS Code shows one. What comes meanwhile is told together, and what is
 * settled meanwhile not at all.
 */
const APART = 10_000;
/** What is longer is not decided from a notification, because it does not show all of it. */
const SHOWN = 160;

function conflictNotice(item: ConflictItem): Notice {
  const target = targetOf(item);
  const [current, other] = sidesOf(item).map(({ by, what }) => ({ by: oneLine(by, 40), what }));
  if (item.kind === 'note')
    return {
      severity: 'information',
      message: l10n.t(
        'The note “{0}” was changed by {1} and {2} at the same time. Both versions are kept.',
        oneLine(item.note.title, 80),
        current?.by ?? '',
        other?.by ?? '',
      ),
      actions: [
        { title: l10n.t('Compare'), command: 'lineclear.compareNote', target },
        { title: l10n.t('Take a Version…'), command: 'lineclear.settleNote', target },
      ],
    };
  return {
    severity: 'information',
    message: l10n.t(
      '“{0}” of {1} was set at the same time to {2} by {3} and to {4} by {5}.',
      oneLine(item.conflict.key, 60),
      oneLine(item.context_id, 40),
      oneLine(current?.what ?? '', 40),
      current?.by ?? '',
      oneLine(other?.what ?? '', 40),
      other?.by ?? '',
    ),
    actions: [{ title: l10n.t('Take a Value…'), command: 'lineclear.settleContext', target }],
  };
}

/** The notification of a matter, with the action on it. */
export function noticeOf(world: World, item: InboxItem): Notice {
  const target = targetOf(item);
  if (item.kind === 'dead_letters') {
    return {
      severity: 'error',
      message: sentences(`${inboxHeadline(item)}.`, oneLine(item.letters.at(-1)?.error_message ?? '', SHOWN)),
      actions: [{ title: l10n.t('Show Dead Letters'), command: 'lineclear.showDeadLetters', target }],
    };
  }
  if (isConflict(item)) return conflictNotice(item);
  const task = oneLine(item.task_title, 80);
  const who =
    item.agent_id === undefined ? l10n.t('an agent') : oneLine(agentNameOf(world, item.agent_id), 60);
  switch (item.kind) {
    case 'plan': {
      // Its last part says how long ago.
      const about = inboxFacts(world, item, { now: Date.parse(item.since) }).slice(0, -1);
      return {
        severity: 'information',
        message: l10n.t(
          'A plan waits for you: “{0}”, {1}.',
          task,
          about.map((part) => oneLine(part, 90)).join(', '),
        ),
        actions: [
          { title: l10n.t('Open Plan'), command: 'lineclear.openPlan', target },
          { title: l10n.t('Approve'), command: 'lineclear.approvePlan', target },
        ],
      };
    }
    case 'question':
      return {
        severity: 'information',
        message: l10n.t('“{0}”: {1} asks: {2}', task, who, oneLine(item.question.question, SHOWN)),
        actions: [{ title: l10n.t('Answer…'), command: 'lineclear.answerQuestion', target }],
      };
    case 'permission': {
      const { title, preview } = item.permission;
      const what = [title, ...permissionFacts(item.permission)].join(' — ');
      const isWhole = what.length <= SHOWN && what === oneLine(what) && preview === undefined;
      return {
        severity: 'information',
        message: l10n.t('“{0}”: {1} asks for permission: {2}', task, who, oneLine(what, SHOWN)),
        actions: [
          isWhole
            ? { title: l10n.t('Allow'), command: 'lineclear.allowPermission', target }
            : { title: l10n.t('Look…'), command: 'lineclear.settle', target },
          { title: l10n.t('Deny'), command: 'lineclear.denyPermission', target },
        ],
      };
    }
    case 'parked':
      return {
        severity: 'information',
        message: l10n.t('“{0}” is parked: {1}', task, oneLine(item.parked.reason, SHOWN)),
        actions: [
          { title: l10n.t('Resume'), command: 'lineclear.resumeTask', target },
          { title: l10n.t('Decide…'), command: 'lineclear.settle', target },
        ],
      };
    case 'budget':
      return {
        severity: 'warning',
        message: l10n.t('“{0}” waits: {1}.', task, exceededWords(item.exceeded)),
        actions: [
          { title: l10n.t('Raise Budget…'), command: 'lineclear.raiseBudget', target },
          { title: l10n.t('Cancel Task'), command: 'lineclear.cancelTask', target },
        ],
      };
    case 'scope':
      return {
        severity: 'warning',
        message: l10n.t(
          '“{0}”: {1} was changed outside the plan ({2}).',
          task,
          oneLine(item.excess.file_path, SHOWN),
          scopeFacts(item.excess).join(', '),
        ),
        actions: [
          { title: l10n.t('Decide…'), command: 'lineclear.settle', target },
          { title: l10n.t('Allow'), command: 'lineclear.allowScope', target },
        ],
      };
    case 'failure':
      return {
        severity: 'error',
        message: sentences(
          l10n.t('“{0}” failed: {1}', task, oneLine(item.failure.error_message, SHOWN)),
          item.failure.next && oneLine(item.failure.next, SHOWN),
        ),
        actions: [
          { title: l10n.t('Retry'), command: 'lineclear.retryTask', target },
          {
            title: l10n.t('Show Events'),
            command: 'lineclear.showEvents',
            target: { task_id: item.task_id },
          },
        ],
      };
  }
}

/** The notification of an alert, if it is worth one: warnings stand in the Activity view. */
function alertNoticeOf(event: AgentEvent): Notice | undefined {
  if (event.type !== 'alert.raised' || event.data.severity !== 'critical') return undefined;
  const target = event.task_id === undefined ? { sequence: event.sequence } : { task_id: event.task_id };
  return {
    severity: 'error',
    message: sentences(oneLine(event.data.message, SHOWN)),
    actions: [
      {
        title: l10n.t('Show Events'),
        command: event.task_id === undefined ? 'lineclear.showEvent' : 'lineclear.showEvents',
        target,
      },
    ],
  };
}

export interface NotifierDeps {
  readonly isOn: () => boolean;
  /** Whether the person looks at this window: another one tells it there. */
  readonly isFocused: () => boolean;
  /** Whether the plan of a task is open in an editor that can be seen: then it says by itself what waits. */
  readonly isPlanInSight: (taskId: string) => boolean;
  /** Milliseconds. */
  readonly now: () => number;
  readonly show: (notice: Notice) => void;
}

/** The notification of several matters. */
function noticeOfAll(items: readonly InboxItem[]): Notice {
  const headlines = items.slice(0, MOST).map((item) => oneLine(inboxHeadline(item), 60));
  const more = items.length > MOST ? ['…'] : [];
  return {
    severity: 'information',
    message: l10n.t('{0} things wait for you: {1}', items.length, [...headlines, ...more].join('; ')),
    actions: [{ title: l10n.t('Show'), command: 'lineclear.settle' }],
  };
}

/**
 * Tells each matter once in this window: when it comes, or when the person is back and it still waits.
 *
 * An extension cannot take a message back. A progress notification it can, but that says that something is being done
 * while nothing is, and never leaves by itself as a message does. So a message may outlive its matter: its buttons name
 * the matter by its ids, and one that is settled is answered with who did it.
 */
export class Notifier {
  readonly #deps: NotifierDeps;
  #told: ReadonlySet<string> = new Set();
  /** Of alerts that came while nobody looked. */
  #alerts: readonly Notice[] = [];
  /** When the last matter was told. */
  #toldAt = -Infinity;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
  }

  /** What waits already when a window opens is in the Inbox and the status bar; nobody is shouted at. */
  start(world: World): void {
    this.#told = new Set();
    this.passOver(waitingNow(world.inbox, this.#deps.now()));
  }

  /** Items that have been waiting, too, although they are known only now. */
  passOver(items: readonly InboxItem[]): void {
    this.#told = this.#told.union(new Set(items.map(({ item_id }) => item_id)));
  }

  /** Takes in what has just happened; what is to be told of it is told with the next {@link worldChanged}. */
  heard(events: readonly AgentEvent[]): void {
    const notices = events.map(alertNoticeOf).filter((notice) => notice !== undefined);
    if (notices.length > 0 && this.#deps.isOn()) this.#alerts = [...this.#alerts, ...notices].slice(-MOST);
  }

  worldChanged(world: World): void {
    if (!this.#deps.isOn()) return this.start(world);
    if (!this.#deps.isFocused()) return;
    for (const alert of this.#alerts) this.#deps.show(alert);
    this.#alerts = [];
    const now = this.#deps.now();
    const sinceLast = now - this.#toldAt;
    // A clock that was put back does not silence it.
    if (sinceLast >= 0 && sinceLast < APART) return;
    const fresh = waitingNow(world.inbox, now).filter(
      (item) =>
        !this.#told.has(item.item_id) && !(item.kind === 'plan' && this.#deps.isPlanInSight(item.task_id)),
    );
    // Ids of what is settled are forgotten.
    this.start(world);
    const [first, second] = fresh;
    if (!first) return;
    this.#toldAt = now;
    this.#deps.show(second ? noticeOfAll(fresh) : noticeOf(world, first));
  }
}
