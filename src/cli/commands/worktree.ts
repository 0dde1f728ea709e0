import type { Command } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { counted } from '../../state/wording.ts';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { whole } from '../line.ts';
import { Refusal } from '../refusal.ts';
import { patchLines } from '../views/patch.ts';
import { reportCommand } from '../report-command.ts';
import { HAS_WORKTREE, WORKTREE_READY, selectTask } from '../select-task.ts';

type Change = Awaited<ReturnType<App['changes']>>['files'][number];

export function addDiff(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('diff')
    .description('show what a task did in its worktree')
    .argument('[task]', `${TASK} (default: the latest that has a worktree)`)
    .action((part: string | undefined) =>
      withApp(async (app) => {
        const task = selectTask(app.world, part, HAS_WORKTREE);
        const changes = await app.changes(task.task_id);
        const patch = await changes.patch();
        const document = { task_id: task.task_id, worktree: task.worktree, files: changes.files, patch };
        const nothing = [whole('Nothing has changed.')];
        await terminal.result(document, () => (patch === '' ? nothing : patchLines(patch)));
      }),
    );
  withExamples(command, 'lineclear diff', 'lineclear diff fix-login --json | jq .files');
}

const WAYS = {
  merge_worktree: { name: 'merge', would: 'Merging brings in the changes of', done: 'Merged' },
  discard_worktree: { name: 'discard', would: 'Discarding throws away the changes of', done: 'Discarded' },
} as const;

const settleOptions = z.object({ yes: z.boolean().default(false) });

/** `  +6 −0  README.md`; the lines of binary files are not counted. */
function statLine({ file_path, operation, lines_added, lines_removed }: Change): string {
  const counts = lines_added === undefined ? operation : `+${lines_added} −${lines_removed ?? 0}`;
  return `  ${counts}  ${file_path}`;
}

/** Neither is easily taken back: it is done only for who says that they know what it is about. */
const settle = (door: Door, part: string | undefined, command: keyof typeof WAYS, options: unknown) =>
  door.withApp(async (app) => {
    const { name, would, done } = WAYS[command];
    const task = selectTask(app.world, part, WORKTREE_READY);
    if (!settleOptions.parse(options).yes) {
      const { files } = await app.changes(task.task_id);
      const what = `${would} ${counted(files.length, 'file')} of “${task.title}”:`;
      throw new Refusal(
        'invalid_input',
        [what, ...files.map(statLine)].join('\n'),
        `Read it with "lineclear diff ${task.task_id}", then do it with "lineclear ${name} ${task.task_id} --yes".`,
        'yes',
      );
    }
    const event = await app.execute({ command, task_id: task.task_id });
    const text = `${done} the worktree of “${task.title}”.`;
    await reportCommand(door, app, { event, text, needsOrchestrator: false });
  });

const YES = ['--yes', 'do it: without this, what it is about is listed and nothing is done'] as const;

export function addMerge(program: Command, door: Door): void {
  const command = program
    .command('merge')
    .description('merge the worktree of a task into the branch that is checked out')
    .argument('[task]', `${TASK} (default: the only one that is ready)`)
    .option(...YES)
    .action((part: string | undefined, options: unknown) => settle(door, part, 'merge_worktree', options));
  withExamples(command, 'lineclear merge fix-login', 'lineclear merge fix-login --yes');
}

export function addDiscard(program: Command, door: Door): void {
  const command = program
    .command('discard')
    .description('throw the worktree of a task and its work away')
    .argument('<task>', TASK)
    .option(...YES)
    .action((part: string, options: unknown) => settle(door, part, 'discard_worktree', options));
  withExamples(command, 'lineclear discard fix-login', 'lineclear discard fix-login --yes');
}
