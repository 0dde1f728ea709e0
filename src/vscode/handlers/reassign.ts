import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { workingRole } from '../../state/task.ts';
import type { LogContext } from '../command-context.ts';
import { roleWords } from '../name-words.ts';
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
    l10n.t('Use Another Agent'),
    (task) => task.parked !== undefined || task.phase === 'failed',
    l10n.t('No task is parked or has failed.'),
  );
  const task = task_id === undefined ? undefined : app.world.tasks.get(task_id);
  if (!task) return;
  const role = workingRole(task.failure ?? task) ?? 'planner';
  const now = task.assigned[role]?.agent_name;
  const others = app.agentNames.filter((name) => name !== now);
  if (others.length === 0)
    throw new LineclearError(
      'agent_not_configured',
      l10n.t('There is no other agent than {0}.', now ?? l10n.t('none')),
    );
  const agent_name =
    given.agent_name ??
    (await screen.pick(
      others.map((name) => ({ label: name, icon: 'robot', value: name })),
      {
        title: l10n.t('Use Another Agent: {0}', task.title),
        placeholder: l10n.t(
          'Who should be the {0} instead of {1}?',
          roleWords[role],
          now ?? l10n.t('nobody'),
        ),
      },
    ));
  if (agent_name === undefined) return;
  await app.execute({ command: 'reassign_role', task_id: task.task_id, role, agent_name });
  screen.flash(l10n.t('{0} is the {1} now.', agent_name, roleWords[role]));
}
