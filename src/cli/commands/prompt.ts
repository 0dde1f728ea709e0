import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, taskAndText, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { textOrStdin } from '../read-input.ts';
import { reportCommand } from '../report-command.ts';
import { OPEN, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ agent: z.string().optional(), now: z.boolean().default(false) });

export function addPrompt(program: Command, door: Door): void {
  const command = program
    .command('prompt')
    .description('tell the agent of a task something to do')
    .usage('[options] [task] <text>')
    .argument(
      '<words...>',
      `[task] <text>: ${TASK} (default: the latest that is going on); the text, - for stdin`,
    )
    .option('--agent <id>', 'which agent (default: the one that works, or else the next one)')
    .option('--now', 'interrupt what it does, instead of waiting for its answer')
    .action((words: string[], options: unknown) =>
      door.withApp(async (app) => {
        const given = taskAndText(command, words);
        const { agent: agent_id, now: interrupt } = optionsSchema.parse(options);
        const task = selectTask(app.world, given.task, OPEN);
        const event = await app.execute({
          command: 'send_prompt',
          task_id: task.task_id,
          agent_id,
          text: await textOrStdin(given.text),
          ...(interrupt && { interrupt }),
        });
        await reportCommand(door, app, {
          event,
          text: `The agent of “${task.title}” gets it ${interrupt ? 'at once' : 'when it has answered'}.`,
          needsOrchestrator: true,
        });
      }),
    );
  withExamples(
    command,
    'lineclear prompt "Also cover the error cases"',
    'lineclear prompt fix-login "Stop: the tests come first" --now',
  );
}
