import * as l10n from '@vscode/l10n';
import { groupOf, parkedTaskOf, waitsForPerson } from './agent-group.ts';
import { overLimitWords } from './agent-usage.ts';
import type { AgentState } from './agent.ts';
import { type Moment, age, agentStatusWords, cpu, memory, percent, timeOfDay, waitWords } from './wording.ts';
import { parkedWords } from './task-status.ts';
import type { World } from './world.ts';

/** In its own words, if it has said any. */
const doing = ({ doing: words, current_file, status }: AgentState): string =>
  words ?? (current_file ? l10n.t('at {0}', current_file) : agentStatusWords[status]);

/** Milliseconds: models think for a while; who hangs is silent for longer. */
const SILENCE = 2 * 60_000;

/** `silent for 3 min`: whether it hangs nobody can know, but a person may judge. */
const silence = ({ status, heard_at }: AgentState, moment: Moment): readonly string[] =>
  status === 'working' && moment.now - Date.parse(heard_at) >= SILENCE
    ? [l10n.t('silent for {0}', age(heard_at, moment))]
    : [];

/** What its processes use, and whether that is too much. */
export const agentUsage = ({ usage, over_limit }: AgentState): readonly string[] => [
  ...(over_limit ? [overLimitWords(over_limit)] : []),
  ...(usage ? [memory(usage.memory_mb), cpu(usage.cpu_percent)] : []),
];

/** What an agent does, or why it does nothing, and for how long: parts, in the order in which a person asks. */
export function agentStatus(world: World, agent: AgentState, moment: Moment): readonly string[] {
  const reason = agent.error_message ?? agent.reason;
  const why = reason ? [reason] : [];
  // `paused by anna` says both.
  const stated = reason?.startsWith(agent.status) ? why : [agentStatusWords[agent.status], ...why];
  switch (groupOf(world, agent)) {
    case 'waiting': {
      const kind = waitsForPerson(world, agent);
      const item = world.inbox.find(({ agent_id }) => agent_id === agent.agent_id);
      return [
        kind ? waitWords[kind] : agentStatusWords[agent.status],
        age(item?.since ?? agent.since, moment),
      ];
    }
    case 'working': {
      const progress = agent.progress === undefined ? [] : [percent(agent.progress * 100)];
      return [doing(agent), ...progress, age(agent.since, moment), ...silence(agent, moment)];
    }
    case 'lost':
      if (agent.unresponsive_since !== undefined)
        return [l10n.t('not responding since {0}', timeOfDay(agent.unresponsive_since, moment)), ...why];
      return [l10n.t('last seen {0}', timeOfDay(agent.last_seen_at, moment)), ...why];
    case 'idle': {
      const parked = parkedTaskOf(world, agent);
      return parked ? parkedWords(parked, moment) : [...stated, age(agent.since, moment)];
    }
    case 'done':
      return [...stated, age(agent.since, moment)];
  }
}
