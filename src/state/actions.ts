import * as l10n from '@vscode/l10n';
import { budgetAmount, exceededOf, proposedLimit } from './budget.ts';
import { decideCommand } from './command.ts';
import type { UserCommand } from './user-command.ts';
import { type TaskItem, isOfTask } from './inbox.ts';
import { shorten } from './shorten.ts';
import { currentPlan } from './task.ts';
import type { World } from './world.ts';

/** What a person turns to: everything, a task, or an agent. */
export type ActionTarget =
  | { readonly kind: 'workspace' }
  | { readonly kind: 'task'; readonly task_id: string }
  | { readonly kind: 'agent'; readonly agent_id: string };

/** One thing that a person can ask for now. */
export interface Action {
  /** Stable as long as it means the same. */
  readonly id: string;
  readonly label: string;
  /** Whether words go with it. */
  readonly words: 'none' | 'optional' | 'required';
  /** What the words are for. */
  readonly hint?: string | undefined;
  readonly command: (words: string) => UserCommand;
}

/** What a target is about: the task, and the agent alone if it is one. */
interface About {
  readonly world: World;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly task_id?: string | undefined;
  readonly agent_id?: string | undefined;
}

const COMMENT = l10n.t('A comment, if you have one');
const SNOOZE_MS = 60 * 60_000;

const permissionLabels = {
  allow: (what: string) => l10n.t('Allow: {0}', what),
  deny: (what: string) => l10n.t('Deny: {0}', what),
};

const scopeLabels = {
  allow: (file: string) => l10n.t('Allow Change outside the Plan: {0}', file),
  revert: (file: string) => l10n.t('Revert Change outside the Plan: {0}', file),
  stop: (file: string) => l10n.t('Stop Change outside the Plan: {0}', file),
};

const snoozeLabels: Readonly<Record<TaskItem['kind'], string>> = {
  plan: l10n.t('Snooze Plan for an Hour'),
  question: l10n.t('Snooze Question for an Hour'),
  permission: l10n.t('Snooze Permission for an Hour'),
  parked: l10n.t('Snooze Parked for an Hour'),
  scope: l10n.t('Snooze Scope for an Hour'),
  budget: l10n.t('Snooze Budget for an Hour'),
  failure: l10n.t('Snooze Failure for an Hour'),
};

const orNothing = (words: string): string | undefined => (words.trim() === '' ? undefined : words);
const short = (text: string): string => shorten(text, 60);

const taskOf = ({ world, task_id }: About) => (task_id === undefined ? undefined : world.tasks.get(task_id));

/** Of the task, or of the agent alone if the person turned to it. */
const isMeant = ({ agent_id }: About, agentId: string): boolean =>
  agent_id === undefined || agent_id === agentId;

const ofTask = ({ task_id }: About, action: (task_id: string) => Action): readonly Action[] =>
  task_id === undefined ? [] : [action(task_id)];

/** For the whole task, not from one of its agents. */
const ofTaskAlone = (about: About, action: (task_id: string) => Action): readonly Action[] =>
  about.agent_id === undefined ? ofTask(about, action) : [];

const ofAgent = ({ agent_id }: About, action: (agent_id: string) => Action): readonly Action[] =>
  agent_id === undefined ? [] : [action(agent_id)];

/** The plan that waits, if it is meant. */
function waitingPlan(about: About) {
  const task = taskOf(about);
  const plan = task?.phase === 'plan_review' ? currentPlan(task) : undefined;
  return task && plan && isMeant(about, plan.planner_id) ? { task, plan } : undefined;
}

/** Every command of a person, as actions on a target: in the order in which they are offered. */
const actions: Readonly<Record<UserCommand['command'], (about: About) => readonly Action[]>> = {
  approve_plan(about) {
    const waiting = waitingPlan(about);
    if (!waiting) return [];
    const { task_id } = waiting.task;
    const { revision } = waiting.plan;
    return [
      {
        id: `approve_plan:${revision}`,
        label: l10n.t('Approve Plan, revision {0}', revision),
        words: 'optional',
        hint: COMMENT,
        command: (words) => ({ command: 'approve_plan', task_id, revision, comment: orNothing(words) }),
      },
    ];
  },
  reject_plan(about) {
    const waiting = waitingPlan(about);
    if (!waiting) return [];
    const { task_id } = waiting.task;
    const { revision } = waiting.plan;
    const sendBack = (verdict: 'changes' | 'rejected', label: string, hint: string): Action => ({
      id: `${verdict}:${revision}`,
      label,
      words: 'required',
      hint,
      command: (comment) => ({ command: 'reject_plan', task_id, revision, verdict, comment }),
    });
    return [
      sendBack('changes', l10n.t('Request Changes'), l10n.t('What should be different?')),
      sendBack('rejected', l10n.t('Reject Plan'), l10n.t('Why is this not the way?')),
    ];
  },
  answer_question(about) {
    const questions = taskOf(about)?.questions.filter(({ agent_id }) => isMeant(about, agent_id)) ?? [];
    return questions.flatMap(({ question_id, question }) =>
      ofTask(about, (task_id) => ({
        id: `answer_question:${question_id}`,
        label: l10n.t('Answer: {0}', short(question)),
        words: 'required',
        hint: question,
        command: (answer) => ({ command: 'answer_question', task_id, question_id, answer }),
      })),
    );
  },
  decide_permission(about) {
    const requests = taskOf(about)?.permissions.filter(({ agent_id }) => isMeant(about, agent_id)) ?? [];
    return requests.flatMap(({ request_id, title, command }) =>
      (['allow', 'deny'] as const).flatMap((decision) =>
        ofTask(about, (task_id) => ({
          id: `${decision}:${request_id}`,
          label: permissionLabels[decision](short(command ?? title)),
          words: 'optional',
          hint: COMMENT,
          command: (words) => ({
            command: 'decide_permission',
            task_id,
            request_id,
            decision,
            comment: orNothing(words),
          }),
        })),
      ),
    );
  },
  decide_scope: (about) =>
    (taskOf(about)?.excess ?? [])
      .filter(({ agent_id }) => isMeant(about, agent_id))
      .flatMap(({ event_id, file_path }) =>
        (['allow', 'revert', 'stop'] as const).flatMap((decision) =>
          ofTask(about, (task_id) => ({
            id: `${decision}:${event_id}`,
            label: scopeLabels[decision](short(file_path)),
            words: 'none',
            command: () => ({ command: 'decide_scope', task_id, event_id, decision }),
          })),
        ),
      ),
  // What a worktree changed is looked at before it is merged or thrown away: that is where it is decided.
  merge_worktree: () => [],
  discard_worktree: () => [],
  send_prompt: (about) =>
    // Only one agent can be interrupted at a time.
    (about.agent_id === undefined ? [false] : [false, true]).flatMap((interrupt) =>
      ofTask(about, (task_id) => ({
        id: interrupt ? 'interrupt_with_prompt' : 'send_prompt',
        label: interrupt ? l10n.t('Interrupt with Prompt') : l10n.t('Send Prompt'),
        words: 'required',
        hint: interrupt
          ? l10n.t('What it should do instead, now')
          : l10n.t('What it should do when it has answered'),
        command: (text) => ({ command: 'send_prompt', task_id, agent_id: about.agent_id, text, interrupt }),
      })),
    ),
  inject_context: (about) =>
    ofTask(about, (task_id) => ({
      id: 'inject_context',
      label: l10n.t('Inject Context'),
      words: 'required',
      hint: l10n.t('What the agents should know at their next step'),
      command: (text) => ({ command: 'inject_context', task_id, text }),
    })),
  retry_task: (about) =>
    ofTaskAlone(about, (task_id) => ({
      id: 'retry_task',
      label: l10n.t('Retry Task'),
      words: 'optional',
      hint: l10n.t('What the agent should be told besides, in this try'),
      command: (words) => ({ command: 'retry_task', task_id, prompt: orNothing(words) }),
    })),
  skip_chunk: (about) =>
    ofTaskAlone(about, (task_id) => ({
      id: 'skip_chunk',
      label: l10n.t('Skip Failed Chunk'),
      words: 'optional',
      hint: COMMENT,
      command: (words) => ({ command: 'skip_chunk', task_id, comment: orNothing(words) }),
    })),
  resume_task: (about) =>
    ofTaskAlone(about, (task_id) => ({
      id: 'resume_task',
      label: l10n.t('Resume Task'),
      words: 'optional',
      hint: COMMENT,
      command: (words) => ({ command: 'resume_task', task_id, comment: orNothing(words) }),
    })),
  raise_budget(about) {
    const task = taskOf(about);
    const exceeded = task && exceededOf(task);
    if (!exceeded) return [];
    const { budget } = exceeded;
    const limit_value = proposedLimit(exceeded);
    return ofTaskAlone(about, (task_id) => ({
      id: `raise_budget:${budget}`,
      label: l10n.t('Raise Budget to {0}', budgetAmount(budget, limit_value)),
      words: 'none',
      command: () => ({ command: 'raise_budget', task_id, limit_value }),
    }));
  },
  reassign_role: (about) =>
    ofTaskAlone(about, (task_id) => ({
      id: 'reassign_role',
      label: l10n.t('Give to Another Agent'),
      words: 'required',
      hint: l10n.t('Name of the agent, as in the configuration, such as opencode'),
      command: (words) => ({ command: 'reassign_role', task_id, agent_name: words.trim() }),
    })),
  cancel_task: (about) =>
    ofTaskAlone(about, (task_id) => ({
      id: 'cancel_task',
      label: l10n.t('Cancel Task'),
      words: 'optional',
      hint: l10n.t('Why, if you want to say it'),
      command: (words) => ({ command: 'cancel_task', task_id, reason: orNothing(words) }),
    })),
  pause_agent: (about) =>
    ofAgent(about, (agent_id) => ({
      id: 'pause_agent',
      label: l10n.t('Pause Agent'),
      words: 'none',
      command: () => ({ command: 'pause_agent', agent_id }),
    })),
  resume_agent: (about) =>
    ofAgent(about, (agent_id) => ({
      id: 'resume_agent',
      label: l10n.t('Resume Agent'),
      words: 'none',
      command: () => ({ command: 'resume_agent', agent_id }),
    })),
  stop_agent: (about) =>
    ofAgent(about, (agent_id) => ({
      id: 'stop_agent',
      label: l10n.t('Stop Agent'),
      words: 'none',
      command: () => ({ command: 'stop_agent', agent_id }),
    })),
  snooze_item: (about) =>
    about.world.inbox
      .filter(isOfTask)
      .filter(({ task_id }) => task_id === about.task_id)
      .filter(({ agent_id }) => agent_id === undefined || isMeant(about, agent_id))
      .map(({ item_id, kind }) => ({
        id: `snooze_item:${item_id}`,
        label: snoozeLabels[kind],
        words: 'none',
        command: () => ({
          command: 'snooze_item',
          item_id,
          until: new Date(about.now + SNOOZE_MS).toISOString(),
        }),
      })),
  create_task: ({ task_id, agent_id }) =>
    task_id === undefined && agent_id === undefined
      ? [
          {
            id: 'create_task',
            label: l10n.t('Create Task'),
            words: 'required',
            hint: l10n.t('What should be done? An agent plans it first.'),
            command: (description) => ({ command: 'create_task', description }),
          },
        ]
      : [],
};

function aboutOf(world: World, target: ActionTarget, now: number): About {
  switch (target.kind) {
    case 'workspace':
      return { world, now };
    case 'task':
      return { world, now, task_id: target.task_id };
    case 'agent':
      return { world, now, agent_id: target.agent_id, task_id: world.agents.get(target.agent_id)?.task_id };
  }
}

/** Whether the command would be carried out now. */
function isPossible(world: World, { words, command }: Action): boolean {
  try {
    decideCommand(world, command(words === 'none' ? '' : 'words'), 'anybody', 'a-new-task');
    return true;
  } catch {
    return false;
  }
}

/** All that a person can ask of a target at a time: what `decideCommand` would not refuse. Pure. */
export function actionsFor(world: World, target: ActionTarget, now: number): readonly Action[] {
  const about = aboutOf(world, target, now);
  return Object.values(actions)
    .flatMap((offer) => offer(about))
    .filter((action) => isPossible(world, action));
}
