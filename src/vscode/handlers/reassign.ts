import { LineclearError } from '../../contract/errors.ts';
import { workingRole } from '../../state/task.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

/** Gives the role that stands still to another agent, which goes on at once. */
export async function useAnotherAgent(
  context: LogContext,
  given: Target & { agent_name?: string | undefined },
): Promise<void> {
  const { app, screen } = context;
  const task_id = await chooseTask(
    context,
    given,
    'Use Another Agent',
    (task) => task.parked !== undefined || task.phase === 'failed',
    'No task is parked or has failed.',
  );
  const task = task_id === undefined ? undefined : app.world.tasks.get(task_id);
  if (!task) return;
  const role = workingRole(task.failure ?? task) ?? 'planner';
  const now = task.assigned[role]?.agent_name;
  const others = app.agentNames.filter((name) => name !== now);
  if (others.length === 0)
    throw new LineclearError('agent_not_configured', `There is no other agent than ${now ?? 'none'}.`);
  const agent_name =
    given.agent_name ??
    (await screen.pick(
      others.map((name) => ({ label: name, icon: 'robot', value: name })),
      {
        title: `Use Another Agent: ${task.title}`,
        placeholder: `Who should be the ${role} instead of ${now ?? 'nobody'}?`,
      },
    ));
  if (agent_name === undefined) return;
  await app.execute({ command: 'reassign_role', task_id: task.task_id, role, agent_name });
  screen.flash(`${agent_name} is the ${role} now.`);
}
