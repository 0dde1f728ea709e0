import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { allTasks } from '../../state/archive.ts';
import { agentList } from '../views/agent-list.ts';
import { inboxList } from '../views/inbox-list.ts';
import { driftItems, driftList } from '../views/instruction-list.ts';
import { taskList } from '../views/task-list.ts';
import { withWait } from '../views/with-wait.ts';

const optionsSchema = z.object({
  agents: z.boolean().default(false),
  inbox: z.boolean().default(false),
  all: z.boolean().default(false),
});

async function showInbox(terminal: Door['terminal'], app: App): Promise<void> {
  const { world, instructions } = app;
  await app.memory();
  const files = instructions.isOn ? await instructions.look() : [];
  await terminal.result([...world.inbox, ...driftItems(files)], () =>
    inboxList(world, { now: Date.now() }, undefined, driftList(files)),
  );
}

export function addInbox(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('inbox')
    .description('list what waits for you, with the commands that settle it')
    .action(() => withApp((app) => showInbox(terminal, app)));
  withExamples(command, 'lineclear inbox', "lineclear inbox --json | jq 'length'");
}

export function addList(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('list')
    .description('list the tasks, the newest first')
    .option('--agents', 'list the agents instead')
    .addOption(new Option('--inbox', 'list what waits for you instead').conflicts('agents'))
    .option('--all', 'also those that ended long ago')
    .action((options: unknown) =>
      withApp(async (app) => {
        const { world } = app;
        const { agents, inbox, all } = optionsSchema.parse(options);
        // What waits in it counts, too.
        if (!agents) await app.memory();
        const moment = { now: Date.now() };
        if (agents) await terminal.result([...world.agents.values()], () => agentList(world, moment));
        else if (inbox) await showInbox(terminal, app);
        else {
          await app.attendance.look();
          const { missingFor } = app.attendance;
          const tasks = (all ? allTasks(world) : [...world.tasks.values()]).toReversed();
          const now = { ...moment, missingFor };
          await terminal.result(
            tasks.map((task) => withWait(world, task, now)),
            () => taskList(world, tasks, now),
          );
        }
      }),
    );
  withExamples(
    command,
    'lineclear list',
    'lineclear list --inbox',
    `lineclear list --json | jq -r '.[] | select(.phase == "failed") | .task_id'`,
  );
}
