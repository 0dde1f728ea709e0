import type { Command } from 'commander';
import { TASK, taskAndText, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { textOrStdin } from '../read-input.ts';
import { reportCommand } from '../report-command.ts';
import { OPEN, selectTask } from '../select-task.ts';

export function addInject(program: Command, door: Door): void {
  const command = program
    .command('inject')
    .description('give the agents of a task something to know')
    .usage('[options] [task] <text>')
    .argument(
      '<words...>',
      `[task] <text>: ${TASK} (default: the latest that is going on); the text, - for stdin`,
    )
    .action((words: string[]) =>
      door.withApp(async (app) => {
        const given = taskAndText(command, words);
        const task = selectTask(app.world, given.task, OPEN);
        const event = await app.execute({
          command: 'inject_context',
          task_id: task.task_id,
          text: await textOrStdin(given.text),
        });
        await reportCommand(door, app, {
          event,
          text: `The agents of “${task.title}” get it with their next prompt.`,
          needsOrchestrator: false,
        });
      }),
    );
  withExamples(
    command,
    'lineclear inject "The staging database is read-only"',
    'git log --oneline -20 | lineclear inject fix-login -',
  );
}
