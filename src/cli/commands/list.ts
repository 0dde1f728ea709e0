import { type Command, Option } from 'commander';
import { z } from 'zod';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { agentList } from '../views/agent-list.ts';
import { inboxList } from '../views/inbox-list.ts';
import { taskList } from '../views/task-list.ts';

const optionsSchema = z.object({ agents: z.boolean().default(false), inbox: z.boolean().default(false) });

export function addList(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('list')
    .description('list the tasks, the newest first')
    .option('--agents', 'list the agents instead')
    .addOption(new Option('--inbox', 'list what waits for you instead').conflicts('agents'))
    .action((options: unknown) =>
      withApp(async ({ world }) => {
        const { agents, inbox } = optionsSchema.parse(options);
        const moment = { now: Date.now() };
        if (agents) await terminal.result([...world.agents.values()], () => agentList(world, moment));
        else if (inbox) await terminal.result(world.inbox, () => inboxList(world, moment));
        else await terminal.result([...world.tasks.values()].toReversed(), () => taskList(world, moment));
      }),
    );
  withExamples(
    command,
    'lineclear list',
    'lineclear list --inbox',
    `lineclear list --json | jq -r '.[] | select(.phase == "failed") | .task_id'`,
  );
}
