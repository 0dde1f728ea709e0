import type { Command } from 'commander';
import * as z from 'zod';
import type { App } from '../../app.ts';
import { roleSchema } from '../../contract/events/task.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { interruptible } from '../interruptible.ts';
import { type Cell, alignColumns, blank, row, whole } from '../line.ts';
import { Refusal } from '../refusal.ts';

const optionsSchema = z.object({ role: z.array(roleSchema).default([]) });

const STATES = {
  installed: 'installed',
  configured: 'configured',
  fetched: 'on first start',
  missing: 'not installed',
} as const;

export function addConnect(program: Command, door: Door): void {
  const command = program
    .command('connect')
    .description('list the agents that there are, or try one out and give it roles')
    .argument('[agent]', 'name of an agent of the list')
    .option('--role <role...>', 'planner, coder or reviewer: written to config.toml when the agent works')
    .action((name: string | undefined, options: unknown) =>
      door.withApp(
        async (app) => {
          const { role } = parseOptions(options);
          await interruptible((signal) =>
            name === undefined ? listAgents(door, app, signal) : connect(door, app, name, role, signal),
          );
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    'lineclear connect',
    'lineclear connect gemini',
    'lineclear connect opencode --role coder reviewer',
  );
}

function parseOptions(options: unknown): z.infer<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options);
  if (parsed.success) return parsed.data;
  throw new Refusal(
    'invalid_input',
    '--role: there is no such role.',
    'Use planner, coder or reviewer.',
    'role',
  );
}

async function listAgents({ terminal }: Door, app: App, signal: AbortSignal): Promise<void> {
  const { agents, problem } = await app.connections.list(signal);
  await terminal.result({ agents, problem: problem ?? null }, () => {
    const rows = agents.map(({ name, title, state, version, install }): readonly Cell[] => [
      name,
      [STATES[state], version].filter(Boolean).join(' '),
      title,
      state === 'fetched' || state === 'missing' ? (install ?? '') : '',
    ]);
    const table = alignColumns(rows);
    if (problem === undefined) return table;
    const why = `The registry of agents could not be read (${problem}) These are the ones that Lineclear knows.`;
    return [...table, blank, whole(why)];
  });
}

async function connect(
  { terminal }: Door,
  app: App,
  name: string,
  roles: z.infer<typeof optionsSchema>['role'],
  signal: AbortSignal,
): Promise<void> {
  const { agents } = await app.connections.list(signal);
  const agent = agents.find((candidate) => candidate.name === name);
  if (!agent) {
    const known = agents.map((candidate) => candidate.name).join(', ');
    throw new Refusal(
      'agent_not_found',
      `There is no agent '${name}'. There are: ${known}.`,
      'Name one of them.',
    );
  }
  if (agent.state === 'missing') {
    const how = agent.install === undefined ? 'Install it first.' : `Install it: ${agent.install}`;
    throw new Refusal('agent_not_startable', `${agent.title} is not installed.`, how);
  }
  await app.connections.test(agent, signal);
  const file = roles.length > 0 ? app.connections.configure(agent, roles) : undefined;
  await terminal.result({ name, works: true, roles, config_file: file ?? null }, () => [
    row(`${agent.title} works.`),
    ...(file === undefined ? [] : [whole(`It is ${roles.join(' and ')} now; written to ${file}.`)]),
  ]);
}
