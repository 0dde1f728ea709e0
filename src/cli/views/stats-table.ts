import { doerName } from '../../state/agent-name.ts';
import type { StatsSummary } from '../../state/stats.ts';
import { type Moment, age, cost, counted, duration, joined, tokens } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { type Cell, type Line, alignColumns, blank, row, whole } from '../line.ts';

/** As many types as tell what goes on; `--json` has all. */
const TYPES = 12;

const heading = (text: string): Line => row({ text, style: 'bold' });
const used = ({ tokens_used, cost_usd }: Pick<StatsSummary, 'tokens_used' | 'cost_usd'>): string =>
  joined(tokens_used > 0 && tokens(tokens_used), cost_usd > 0 && cost(cost_usd));

function agentRows(world: World, { by_agent }: StatsSummary, moment: Moment): readonly (readonly Cell[])[] {
  return Object.entries(by_agent)
    .toSorted(([, a], [, b]) => b.events - a.events)
    .map(([id, agent]) => [
      { text: id, style: 'dim' },
      world.agents.has(id) ? doerName(world, id) : '',
      counted(agent.events, 'event'),
      agent.failures > 0 ? { text: counted(agent.failures, 'failure'), style: 'red' } : '',
      used(agent),
      { text: age(agent.last.timestamp, moment), style: 'dim' },
    ]);
}

/** Figures for a person. */
export function statsTable(world: World, summary: StatsSummary, moment: Moment): readonly Line[] {
  if (summary.total === 0) return [whole('No events match.')];
  const { total, events_per_minute, tasks_completed, mean_task_ms, by_type } = summary;
  const types = Object.entries(by_type).toSorted(([, a], [, b]) => b - a);
  return [
    row(joined(counted(total, 'event'), `${events_per_minute} in the last minute`, used(summary))),
    ...(mean_task_ms === undefined
      ? []
      : [row(`${counted(tasks_completed, 'task')} completed, ${duration(mean_task_ms)} on average`)]),
    blank,
    heading('By agent'),
    ...alignColumns(agentRows(world, summary, moment), '  '),
    blank,
    heading('By type'),
    ...alignColumns(
      types.slice(0, TYPES).map(([type, count]): readonly Cell[] => [type, String(count)]),
      '  ',
    ),
    ...(types.length > TYPES ? [row('  ', counted(types.length - TYPES, 'other type'))] : []),
  ];
}
