import type { Command } from 'commander';
import * as z from 'zod';
import { eventTypes } from '../../contract/catalog.ts';
import { createStats, matchesQuery } from '../../state/stats.ts';
import type { World } from '../../state/world.ts';
import { eventType, pointInTime, withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { Refusal } from '../refusal.ts';
import { knownTruncation } from '../truncation.ts';
import { statsTable } from '../views/stats-table.ts';

const optionsSchema = z.object({
  since: z.number().optional(),
  until: z.number().optional(),
  agent: z.string().optional(),
  type: z.enum(eventTypes).optional(),
});

/** Ids of the agents that are meant: the one with this id, or all with this role or configured name. */
function agentsCalled({ agents }: World, name: string): ReadonlySet<string> {
  if (agents.has(name)) return new Set([name]);
  const found = [...agents.values()].filter(({ role, agent_name }) => role === name || agent_name === name);
  if (found.length === 0) {
    const next = 'See the agents: lineclear list --agents';
    throw new Refusal('agent_not_found', `There is no agent '${name}'.`, next, 'agent');
  }
  return new Set(found.map(({ agent_id }) => agent_id));
}

export function addStats(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('stats')
    .description('show figures about the events: how many, of whom, tokens, cost')
    .option('--since <time>', 'only from then on: 30m, 1h, 2d or a date', pointInTime)
    .option('--until <time>', 'only before then', pointInTime)
    .option('--type <type>', 'only events of this type', eventType)
    .option('--agent <agent>', 'only of an agent: its id, its role, or its name in the configuration')
    .action((options: unknown) =>
      withApp(async (app) => {
        const { agent, ...times } = optionsSchema.parse(options);
        const agents = agent === undefined ? undefined : agentsCalled(app.world, agent);
        const query = { ...times, agents };
        const stats = createStats();
        const truncatedAt = await knownTruncation(app, terminal);
        for await (const event of app.events({ truncatedAt }))
          if (matchesQuery(event, query)) stats.apply(event);
        const now = Date.now();
        const summary = stats.summary(now);
        await terminal.result(summary, () => statsTable(app.world, summary, { now }));
      }),
    );
  withExamples(
    command,
    'lineclear stats',
    'lineclear stats --since 1h --agent coder',
    'lineclear stats --type chunk.failed --since 2d --until 1d',
    `lineclear stats --json | jq '.by_agent | map_values(.cost_usd)'`,
  );
}
