import type { Command } from 'commander';
import * as z from 'zod';
import { roleSchema } from '../../contract/events/task.ts';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { reportCommand } from '../report-command.ts';
import { STOOD_STILL, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ role: roleSchema.optional() });

export function addUse(program: Command, door: Door): void {
  const command = program
    .command('use')
    .description('let another agent take over in a task that is parked or has failed')
    .argument('<agent>', 'name of a configured or installed agent')
    .argument('[task]', `${TASK} (default: the only one that is parked or has failed)`)
    .option('--role <role>', 'planner, coder or reviewer (default: the one that stands still)')
    .action((agent_name: string, part: string | undefined, options: unknown) =>
      door.withApp(async (app) => {
        const { success, data } = optionsSchema.safeParse(options);
        if (!success)
          throw new Refusal(
            'invalid_input',
            'That is not a role.',
            'Say planner, coder or reviewer.',
            'role',
          );
        const task = selectTask(app.world, part, STOOD_STILL);
        if (!app.agentNames.includes(agent_name)) {
          const known = app.agentNames.join(', ') || 'none';
          throw new Refusal(
            'agent_not_configured',
            `There is no agent '${agent_name}'.`,
            `There is: ${known}.`,
            'agent',
          );
        }
        const event = await app.execute({
          command: 'reassign_role',
          task_id: task.task_id,
          role: data.role,
          agent_name,
        });
        const role = event.type === 'user.reassigned_role' ? event.data.role : 'agent';
        const text = `${agent_name} is the ${role} of “${task.title}” now.`;
        await reportCommand(door, app, { event, text, needsOrchestrator: true });
      }),
    );
  withExamples(command, 'lineclear use opencode', 'lineclear use gemini fix-login --role coder');
}
