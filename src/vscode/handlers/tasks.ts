import type { App } from '../../app.ts';
import { type Priority, prioritySchema } from '../../contract/event.ts';
import type { Role } from '../../contract/events/task.ts';
import { taskStatus } from '../../state/task-status.ts';
import { isEnded } from '../../state/task.ts';
import { joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
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
  if (planner === undefined) return 'No agent is configured or installed.';
  return agentNames.includes(planner)
    ? undefined
    : `The planner ${planner} is neither configured nor installed.`;
}

async function askForTask({ app, screen }: LogContext, agents: NewTask['agents']) {
  const problem = whyNoPlanner(app, agents);
  if (problem !== undefined) {
    const answer = await screen.confirm(
      problem,
      'The task would fail until there is one. Install an agent, or name one in the configuration.',
      ['Open Configuration', 'Create Anyway'],
    );
    if (answer === 'Open Configuration') await screen.openConfiguration();
    if (answer !== 'Create Anyway') return undefined;
  }
  const planner = agents?.planner ?? app.roles.planner ?? 'An agent';
  return await screen.input({
    title: 'Create Task',
    placeholder: 'Add rate limiting to the login endpoint',
    prompt: `${planner} plans it first; nothing is carried out before you approve the plan.`,
  });
}

/** Returns the id of the new task, for other extensions and tests. */
export async function createTask(context: LogContext, given: NewTask): Promise<string | undefined> {
  const description = given.description ?? (await askForTask(context, given.agents));
  if (description === undefined) return undefined;
  const event = await context.app.execute({ command: 'create_task', ...given, description });
  context.screen.flash('Created the task. You are told when its plan is ready.');
  return event.task_id;
}

const NONE = '';

/** The same, after a question for its priority and for the task that must be completed first. */
export async function createTaskWithOptions(context: LogContext): Promise<string | undefined> {
  const { app, screen } = context;
  const title = 'Create Task with Options';
  const priority = await screen.pick(
    prioritySchema.options.toReversed().map((value) => ({ label: value, value })),
    { title, placeholder: 'Which priority? The more urgent tasks come first when many wait.' },
  );
  if (priority === undefined) return undefined;
  const open = [...app.world.tasks.values()].filter(({ phase }) => !isEnded(phase)).toReversed();
  const first =
    open.length === 0
      ? NONE
      : await screen.pick(
          [
            { label: 'Start at once', value: NONE },
            ...open.map((task) => ({
              label: `After “${task.title}”`,
              description: joined(...taskStatus(task, { now: Date.now() })),
              value: task.task_id,
            })),
          ],
          { title, placeholder: 'When should it start?' },
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
    'Inject Context',
    ({ phase }) => !isEnded(phase),
    'There is no task at work that could use it.',
  );
  if (task_id === undefined) return;
  const text =
    given.text ??
    (await context.screen.input({
      title: `Inject Context: ${context.app.world.tasks.get(task_id)?.title ?? task_id}`,
      placeholder: 'Tests must run against PostgreSQL 16',
      prompt: 'What should the agents know? They read it at their next step.',
    }));
  if (text === undefined) return;
  await context.app.execute({ command: 'inject_context', task_id, text });
  context.screen.flash('Gave the context to the task.');
}
