import { type Command, Option } from 'commander';
import * as z from 'zod';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { reportCommand } from '../report-command.ts';
import { OUTSIDE_PLAN, selectTask } from '../select-task.ts';

const optionsSchema = z.object({ file: z.string().optional() });

const DECISIONS = {
  allow: { help: 'let the file be changed from now on', done: 'Allowed' },
  revert: { help: 'put the file back as it was', done: 'Reverted' },
  stop: { help: 'cancel the task', done: 'Stopping the task because of' },
} as const;

type Decision = keyof typeof DECISIONS;

const decide = (door: Door, decision: Decision, part: string | undefined, file: string | undefined) =>
  door.withApp(async (app) => {
    const task = selectTask(app.world, part, OUTSIDE_PLAN);
    const meant = task.excess.filter(({ file_path }) => file === undefined || file_path === file);
    const [item, another] = meant;
    if (another && file === undefined) {
      const list = meant.map(({ file_path }) => `  ${file_path}`).join('\n');
      throw new Refusal('invalid_input', `Several files wait:\n${list}`, 'Name one with --file.', 'file');
    }
    const event = await app.execute({
      command: 'decide_scope',
      task_id: task.task_id,
      event_id: item?.event_id ?? file,
      decision,
    });
    const text = `${DECISIONS[decision].done} ${item?.file_path ?? file ?? ''} (${task.title})`;
    await reportCommand(door, app, { event, text, needsOrchestrator: false });
  });

export function addScope(program: Command, door: Door): void {
  const scope = program.command('scope').description('decide about a file that was changed outside the plan');
  for (const decision of ['allow', 'revert', 'stop'] as const satisfies readonly Decision[]) {
    scope
      .command(decision)
      .description(DECISIONS[decision].help)
      .argument('[task]', `${TASK} (default: the only one that left its plan)`)
      .addOption(new Option('--file <path>', 'which file, where several wait'))
      .action((part: string | undefined, options: unknown) =>
        decide(door, decision, part, optionsSchema.parse(options).file),
      );
  }
  withExamples(scope, 'lineclear scope revert', 'lineclear scope allow fix-login --file package.json');
}
