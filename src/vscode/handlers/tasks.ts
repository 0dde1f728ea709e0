import * as l10n from '@vscode/l10n';
import type { App } from '../../app.ts';
import { type Priority, prioritySchema } from '../../contract/event.ts';
import type { Role } from '../../contract/events/task.ts';
import { taskStatus } from '../../state/task-status.ts';
import { isEnded } from '../../state/task.ts';
import { joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import { priorityWords } from '../name-words.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

interface NewTask {
  readonly description?: string | undefined;
  readonly interactive?: boolean | undefined;
  readonly agents?: Partial<Record<Role, string>> | undefined;
  readonly priority?: Priority | undefined;
  readonly depends_on?: readonly string[] | undefined;
  readonly worktree?: boolean | undefined;
}

/** Why the task would fail before it has a plan; undefined when there is an agent to plan it. */
function whyNoPlanner({ agentNames, roles }: App, chosen: NewTask['agents']): string | undefined {
  const planner = chosen?.planner ?? roles.planner;
  if (planner === undefined) return l10n.t('No agent is configured or installed.');
  return agentNames.includes(planner)
    ? undefined
    : l10n.t('The planner {0} is neither configured nor installed.', planner);
}

async function askForTask({ app, screen }: LogContext, agents: NewTask['agents']) {
  const problem = whyNoPlanner(app, agents);
  if (problem !== undefined) {
    const [configure, anyway] = [l10n.t('Open Configuration'), l10n.t('Create Anyway')];
    const answer = await screen.confirm(
      problem,
      l10n.t('The task would fail until there is one. Install an agent, or name one in the configuration.'),
      [configure, anyway],
    );
    if (answer === configure) await screen.openConfiguration();
    if (answer !== anyway) return undefined;
  }
  const planner = agents?.planner ?? app.roles.planner ?? l10n.t('An agent');
  return await screen.input({
    title: l10n.t('Create Task'),
    placeholder: l10n.t('Add rate limiting to the login endpoint'),
    prompt: l10n.t('{0} plans it first; nothing is carried out before you approve the plan.', planner),
  });
}

/** Returns the id of the new task, for other extensions and tests. */
export async function createTask(context: LogContext, given: NewTask): Promise<string | undefined> {
  const description = given.description ?? (await askForTask(context, given.agents));
  if (description === undefined) return undefined;
  const event = await context.app.execute({ command: 'create_task', ...given, description });
  context.screen.flash(l10n.t('Created the task. You are told when its plan is ready.'));
  return event.task_id;
}

const NONE = '';

/** The same, after a question for its priority and for the task that must be completed first. */
export async function createTaskWithOptions(context: LogContext): Promise<string | undefined> {
  const { app, screen } = context;
  const title = l10n.t('Create Task with Options');
  const priority = await screen.pick(
    prioritySchema.options.toReversed().map((value) => ({ label: priorityWords[value], value })),
    { title, placeholder: l10n.t('Which priority? The more urgent tasks come first when many wait.') },
  );
  if (priority === undefined) return undefined;
  const open = [...app.world.tasks.values()].filter(({ phase }) => !isEnded(phase)).toReversed();
  const first =
    open.length === 0
      ? NONE
      : await screen.pick(
          [
            { label: l10n.t('Start at once'), value: NONE },
            ...open.map((task) => ({
              label: l10n.t('After “{0}”', task.title),
              description: joined(...taskStatus(task, { now: Date.now() })),
              value: task.task_id,
            })),
          ],
          { title, placeholder: l10n.t('When should it start?') },
        );
  if (first === undefined) return undefined;
  return await createTask(context, { priority, depends_on: first === NONE ? [] : [first] });
}

export async function injectContext(
  context: LogContext,
  given: Target & { text?: string | undefined },
): Promise<void> {
  const task_id = await chooseTask(
    context,
    given,
    l10n.t('Inject Context'),
    ({ phase }) => !isEnded(phase),
    l10n.t('There is no task at work that could use it.'),
  );
  if (task_id === undefined) return;
  const text =
    given.text ??
    (await context.screen.input({
      title: l10n.t('Inject Context: {0}', context.app.world.tasks.get(task_id)?.title ?? task_id),
      placeholder: l10n.t('Tests must run against PostgreSQL 16'),
      prompt: l10n.t('What should the agents know? They read it at their next step.'),
    }));
  if (text === undefined) return;
  await context.app.execute({ command: 'inject_context', task_id, text });
  context.screen.flash(l10n.t('Gave the context to the task.'));
}
