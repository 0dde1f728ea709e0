import type { AgentEvent } from '../contract/event.ts';
import { agentNameOf } from '../state/agent-name.ts';
import { type InboxItem, waitingNow } from '../state/inbox.ts';
import { permissionFacts, scopeFacts } from '../state/inbox-words.ts';
import type { World } from '../state/world.ts';
import type { Notice } from './screen.ts';
import { inboxDescription, targetOf } from './trees/inbox-model.ts';
import { oneLine } from './inert-text.ts';
import { sentences } from './sentences.ts';

/** More than this at once are told as one. */
const MOST = 3;
/** What is longer is not decided from a notification, because it does not show all of it. */
const SHOWN = 160;

/** The notification of a matter, with the action on it. */
export function noticeOf(world: World, item: InboxItem): Notice {
  const target = targetOf(item);
  const task = `“${oneLine(item.task_title, 80)}”`;
  const who = item.agent_id === undefined ? 'an agent' : oneLine(agentNameOf(world, item.agent_id), 60);
  switch (item.kind) {
    case 'plan': {
      const about = inboxDescription(world, item, { now: Date.parse(item.since) }).replace(
        / · just now$/,
        '',
      );
      return {
        severity: 'information',
        message: `A plan waits for you: ${task}, ${about.replaceAll(' · ', ', ')}.`,
        actions: [
          { title: 'Open Plan', command: 'lineclear.openPlan', target },
          { title: 'Approve', command: 'lineclear.approvePlan', target },
        ],
      };
    }
    case 'question':
      return {
        severity: 'information',
        message: `${task}: ${who} asks: ${oneLine(item.question.question, SHOWN)}`,
        actions: [{ title: 'Answer…', command: 'lineclear.answerQuestion', target }],
      };
    case 'permission': {
      const { title, preview } = item.permission;
      const what = [title, ...permissionFacts(item.permission)].join(' — ');
      const isWhole = what.length <= SHOWN && what === oneLine(what) && preview === undefined;
      return {
        severity: 'information',
        message: `${task}: ${who} asks for permission: ${oneLine(what, SHOWN)}`,
        actions: [
          isWhole
            ? { title: 'Allow', command: 'lineclear.allowPermission', target }
            : { title: 'Look…', command: 'lineclear.settle', target },
          { title: 'Deny', command: 'lineclear.denyPermission', target },
        ],
      };
    }
    case 'parked':
      return {
        severity: 'information',
        message: `${task} is parked: ${oneLine(item.parked.reason, SHOWN)}`,
        actions: [
          { title: 'Resume', command: 'lineclear.resumeTask', target },
          { title: 'Cancel Task', command: 'lineclear.cancelTask', target },
        ],
      };
    case 'scope':
      return {
        severity: 'warning',
        message: `${task}: ${oneLine(item.excess.file_path, SHOWN)} was changed outside the plan (${scopeFacts(item.excess).join(', ')}).`,
        actions: [
          { title: 'Decide…', command: 'lineclear.settle', target },
          { title: 'Allow', command: 'lineclear.allowScope', target },
        ],
      };
    case 'failure':
      return {
        severity: 'error',
        message: sentences(
          `${task} failed: ${oneLine(item.failure.error_message, SHOWN)}`,
          item.failure.next && oneLine(item.failure.next, SHOWN),
        ),
        actions: [
          { title: 'Retry', command: 'lineclear.retryTask', target },
          { title: 'Show Events', command: 'lineclear.showEvents', target: { task_id: item.task_id } },
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
        title: 'Show Events',
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
  readonly show: (notice: Notice) => void;
}

/** Tells each matter once in this window: when it comes, or when the person is back and it still waits. */
export class Notifier {
  readonly #deps: NotifierDeps;
  #told: ReadonlySet<string> = new Set();
  /** Of alerts that came while nobody looked. */
  #alerts: readonly Notice[] = [];

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
  }

  /** What waits already when a window opens is in the Inbox and the status bar; nobody is shouted at. */
  start(world: World): void {
    this.#told = new Set(waitingNow(world.inbox, Date.now()).map(({ item_id }) => item_id));
  }

  /** Takes in what has just happened; what is to be told of it is told with the next {@link worldChanged}. */
  heard(events: readonly AgentEvent[]): void {
    if (!this.#deps.isOn()) return;
    const notices = events.map(alertNoticeOf).filter((notice) => notice !== undefined);
    if (notices.length > 0) this.#alerts = [...this.#alerts, ...notices].slice(-MOST);
  }

  worldChanged(world: World): void {
    const waiting = waitingNow(world.inbox, Date.now());
    if (!this.#deps.isOn()) return this.start(world);
    if (!this.#deps.isFocused()) return;
    for (const alert of this.#alerts) this.#deps.show(alert);
    this.#alerts = [];
    const fresh = waiting.filter(({ item_id }) => !this.#told.has(item_id));
    // Ids of what is settled are forgotten.
    this.start(world);
    if (fresh.length > MOST) {
      this.#deps.show({
        severity: 'information',
        message: `${fresh.length} things wait for you.`,
        actions: [{ title: 'Show', command: 'lineclear.settle' }],
      });
      return;
    }
    for (const item of fresh) this.#deps.show(noticeOf(world, item));
  }
}
