import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { prioritySchema } from '../../contract/event.ts';
import type { Budget } from '../../state/budget.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { Refusal } from '../refusal.ts';
import { ANY, selectTask } from '../select-task.ts';
import { textOrStdin } from '../read-input.ts';
import { reportCommand } from '../report-command.ts';
import { waitForTask } from '../wait-for-task.ts';

const limit = z.coerce.number().positive().optional();
const optionsSchema = z.object({
  planner: z.string().optional(),
  coder: z.string().optional(),
  reviewer: z.string().optional(),
  nonInteractive: z.boolean().default(false),
  worktree: z.boolean().optional(),
  wait: z.boolean().default(false),
  priority: prioritySchema.optional(),
  dependsOn: z.array(z.string()).optional(),
  budgetTokens: limit,
  budgetCost: limit,
  budgetMinutes: limit,
});

/** A misspelled name is told now, and not when the task fails. */
function checkAgents(app: App, agents: Readonly<Record<string, string | undefined>>): void {
  for (const [role, name] of Object.entries(agents)) {
    if (name === undefined || app.agentNames.includes(name)) continue;
    const known = app.agentNames.length > 0 ? app.agentNames.join(', ') : 'none';
    throw new Refusal(
      'agent_not_configured',
      `--${role}: there is no agent '${name}'. Known: ${known}.`,
      'Name a known agent, or add it to config.toml.',
      role,
    );
  }
}

function readOptions(options: unknown): z.infer<typeof optionsSchema> {
  const { success, data, error } = optionsSchema.safeParse(options);
  if (success) return data;
  const name = String(error.issues[0]?.path[0] ?? '').replaceAll(
    /[A-Z]/g,
    (letter) => `-${letter.toLowerCase()}`,
  );
  throw new Refusal(
    'invalid_input',
    `--${name} needs a number above 0.`,
    'Say: --budget-tokens 100000',
    name,
  );
}

const budgetOf = (tokens?: number, cost_usd?: number, minutes?: number): Budget => ({
  ...(tokens !== undefined && { tokens }),
  ...(cost_usd !== undefined && { cost_usd }),
  ...(minutes !== undefined && { seconds: minutes * 60 }),
});

export function addCreate(program: Command, door: Door): void {
  const command = program
    .command('create')
    .description('create a task')
    .argument('<description>', 'what is to be done; - reads it from stdin')
    .option('--planner <agent>', 'agent that plans (default: the configured one)')
    .option('--coder <agent>', 'agent that carries the plan out')
    .option('--reviewer <agent>', 'agent that reviews')
    .option(
      '--non-interactive',
      'agents decide by themselves instead of asking; the plan still waits for you',
    )
    .addOption(
      new Option('--priority <priority>', 'who comes first when many tasks wait').choices(
        prioritySchema.options,
      ),
    )
    .option('--depends-on <task...>', 'start when these are completed: ids, or parts of them')
    .option('--worktree', 'the agents work in a git worktree of their own (default: the configured choice)')
    .option('--no-worktree', 'they work in your files')
    .option('--budget-tokens <tokens>', 'wait for me when so many are used (default: as configured)')
    .option('--budget-cost <dollars>', 'wait for me when so much is spent')
    .option('--budget-minutes <minutes>', 'wait for me when agents have worked so long')
    .option('--wait', 'follow the task until its plan waits for you or it ends')
    .action((given: string, options: unknown) =>
      door.withApp(
        async (app) => {
          const { nonInteractive, wait, worktree, priority, dependsOn, ...more } = readOptions(options);
          const { budgetTokens, budgetCost, budgetMinutes, ...agents } = more;
          const depends_on = dependsOn?.map((part) => selectTask(app.world, part, ANY).task_id);
          checkAgents(app, agents);
          const description = await textOrStdin(given);
          const event = await app.execute({
            command: 'create_task',
            description,
            interactive: !nonInteractive,
            agents,
            priority,
            depends_on,
            budget: budgetOf(budgetTokens, budgetCost, budgetMinutes),
            ...(worktree === undefined ? {} : { worktree }),
          });
          const taskId = event.task_id ?? '';
          if (wait && door.terminal.json) {
            door.exitCode = await waitForTask(door.terminal, app, event);
            return;
          }
          await reportCommand(door, app, { event, text: `Created ${taskId}`, needsOrchestrator: true });
          if (wait) door.exitCode = await waitForTask(door.terminal, app, event);
          else door.exitCode = EXIT.done;
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    'lineclear create "Add rate limiting to the login"',
    'lineclear create "Fix the build" --planner gemini --coder opencode --wait',
    'lineclear create "Document it" --depends-on add-rate --priority low',
    'gh issue view 12 --json body --jq .body | lineclear create -',
  );
}
