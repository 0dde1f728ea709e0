import { livingMarks, stopLeftTree } from '../agents/process-tree.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { type AgentState, isLive } from '../state/agent.ts';
import type { TaskState } from '../state/task.ts';
import type { World } from '../state/world.ts';
import { marksOf } from './agent-mark.ts';
import { ORCHESTRATOR } from './task-writer.ts';

/** Agents of tasks that this orchestrator does not carry out, or has only just begun to carry out. */
export interface LeftAgents {
  /** Whether somebody should look whether an orchestrator has left agents of the task behind. */
  mayHave(task: TaskState): boolean;
  /** Ends them, where they run on this machine, and records those as lost that are not known to have ended. */
  end(task: TaskState): Promise<void>;
}

interface LeftAgentsOptions {
  readonly log: EventLog;
  readonly world: Pick<World, 'agents'>;
  /** The workspace. */
  readonly cwd: string;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
}

const isLeftAlive = ({ run_by, status }: AgentState): boolean => run_by === ORCHESTRATOR && isLive(status);

export function createLeftAgents({ log, world, cwd, note }: LeftAgentsOptions): LeftAgents {
  /** What was there when this orchestrator began: an agent may have ended and left something that it had started. */
  const before = livingMarks();
  const seen = new Set<string>();

  const agentsOf = (task: TaskState): AgentState[] =>
    Object.values(task.assigned).flatMap(({ agent_id }) => world.agents.get(agent_id) ?? []);

  async function endAgent(task: TaskState, agent: AgentState, marks: ReadonlySet<string>): Promise<void> {
    const { agent_id, agent_name, status: previous_status, process } = agent;
    // Also of one that somebody has seen as lost meanwhile, or that has ended: what it started need not have.
    const left = marksOf(cwd, agent_id, marks).map((mark) => ({ mark }));
    const ended = await Promise.all([{ process }, ...left].map(stopLeftTree));
    if (ended.includes(true))
      note(`ended ${agent_id}, left behind as process ${process?.pid ?? 'that was just starting'}`);
    if (!isLeftAlive(agent)) return;
    const reason = 'the orchestrator that ran it has ended';
    await log.append([
      {
        id: derivedEventId(agent.cause_id, 'lost'),
        type: 'agent.health',
        data: { agent_id, agent_name, previous_status, current_status: 'lost', reason, process },
        task_id: task.task_id,
        source: ORCHESTRATOR,
        source_agent_id: ORCHESTRATOR,
        call_chain: [ORCHESTRATOR],
        correlation_id: task.correlation_id,
        causation_id: agent.cause_id,
      },
    ]);
  }

  return {
    mayHave(task) {
      const agents = agentsOf(task);
      const isNew = before.size > 0 && !seen.has(task.task_id);
      return agents.some(
        (agent) => isLeftAlive(agent) || (isNew && marksOf(cwd, agent.agent_id, before).length > 0),
      );
    },
    async end(task) {
      const marks = livingMarks();
      await Promise.all(agentsOf(task).map((agent) => endAgent(task, agent, marks)));
      seen.add(task.task_id);
    },
  };
}
