import type { Command } from 'commander';
import { TASK, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { type Line, whole } from '../line.ts';
import { reportCommand } from '../report-command.ts';
import { HAS_WORKTREE, WORKTREE_READY, selectTask } from '../select-task.ts';

const STYLES = { '+': 'green', '-': 'red', '@': 'cyan' } as const;

function patchLine(text: string): Line {
  const mark = text.charAt(0);
  return whole(mark === '+' || mark === '-' || mark === '@' ? { text, style: STYLES[mark] } : text);
}

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
        await terminal.result(document, () => (patch === '' ? nothing : patch.split('\n').map(patchLine)));
      }),
    );
  withExamples(command, 'lineclear diff', 'lineclear diff fix-login --json | jq .files');
}

const settle = (
  { terminal, withApp, ...door }: Door,
  part: string | undefined,
  command: 'merge_worktree' | 'discard_worktree',
  done: string,
) =>
  withApp(async (app) => {
    const task = selectTask(app.world, part, WORKTREE_READY);
    const event = await app.execute({ command, task_id: task.task_id });
    const text = `${done} the worktree of “${task.title}”.`;
    await reportCommand({ ...door, terminal, withApp }, app, { event, text, needsOrchestrator: false });
  });

export function addMerge(program: Command, door: Door): void {
  const command = program
    .command('merge')
    .description(
      'merge the worktree of a task into the branch that is checked out; look first: lineclear diff',
    )
    .argument('[task]', `${TASK} (default: the only one that is ready)`)
    .action((part: string | undefined) => settle(door, part, 'merge_worktree', 'Merged'));
  withExamples(command, 'lineclear merge fix-login');
}

export function addDiscard(program: Command, door: Door): void {
  const command = program
    .command('discard')
    .description('throw the worktree of a task and its work away; look first: lineclear diff')
    .argument('<task>', TASK)
    .action((part: string) => settle(door, part, 'discard_worktree', 'Discarded'));
  withExamples(command, 'lineclear discard fix-login');
}
