import type { Command } from 'commander';
import * as z from 'zod';
import { TASK, taskAndText, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { textOrStdin } from '../read-input.ts';
import { reportCommand } from '../report-command.ts';
import { ASKS, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ question: z.string().optional() });

export function addAnswer(program: Command, door: Door): void {
  const command = program
    .command('answer')
    .description('answer the question of an agent')
    .usage('[options] [task] <text>')
    .argument(
      '<words...>',
      `[task] <text>: ${TASK} (default: the only one that asks); the answer, - for stdin`,
    )
    .option('--question <id>', 'which question, where a task asks several')
    .action((words: string[], options: unknown) =>
      door.withApp(async (app) => {
        const given = taskAndText(command, words);
        const task = selectTask(app.world, given.task, ASKS);
        const [asked, another] = task.questions;
        const event = await app.execute({
          command: 'answer_question',
          task_id: task.task_id,
          // Bound to the question that was there: an answer must not reach the next one.
          question_id: optionsSchema.parse(options).question ?? (another ? undefined : asked?.question_id),
          answer: await textOrStdin(given.text),
        });
        await reportCommand(door, app, {
          event,
          text: `Answered in “${task.title}”.`,
          needsOrchestrator: true,
        });
      }),
    );
  withExamples(
    command,
    'lineclear answer "PostgreSQL"',
    'lineclear answer fix-login "Yes, for both" --question q-2',
  );
}
