import { LineclearError } from '../contract/errors.ts';
import type { WatchedAgent } from './resource-watch.ts';
import type { TaskAgents } from './task-agents.ts';
import type { TurnClock } from './turn-clock.ts';
import type { OngoingTurn } from './turns.ts';

/** What others want of the agents of a task while they work. */
export interface Steering {
  /** What a person wants of one of them; of no effect when the agent does not live here. */
  stopAgent(agentId: string, userId: string): Promise<void>;
  pauseAgent(agentId: string, userId: string): Promise<void>;
  resumeAgent(agentId: string, userId: string): Promise<void>;
  /** Asks the agent that works, if it is this one, to leave what it does for what a person says. */
  interrupt(agentId: string | undefined): void;
  /** Those that have processes. */
  watched(): readonly WatchedAgent[];
}

/** `ongoing`: the turn that goes on. */
export function createSteering(
  agents: TaskAgents,
  clock: TurnClock,
  ongoing: () => OngoingTurn | undefined,
): Steering {
  return {
    async stopAgent(agentId, userId) {
      const slot = agents.find(agentId);
      if (!slot) return;
      const reason = `stopped by ${userId}`;
      ongoing()?.stop(new LineclearError('agent_stopped', `${agentId} was ${reason}.`));
      await slot.end({ status: 'stopped', reason });
    },
    async pauseAgent(agentId, userId) {
      const slot = agents.find(agentId);
      if (!slot || slot.isPaused) return;
      const paused = slot.pause(`paused by ${userId}`);
      // The time of its turn stands still with it.
      if (ongoing()?.turn.role === slot.role) void clock.whileWaiting(() => slot.untilResumed());
      await paused;
    },
    async resumeAgent(agentId, userId) {
      await agents.find(agentId)?.resume(`resumed by ${userId}`);
    },
    interrupt(agentId) {
      const turn = ongoing()?.turn;
      const slot = turn && agents.inRole(turn.role);
      if (slot && (agentId === undefined || slot.agentId === agentId)) slot.interrupt();
    },
    watched: () =>
      agents.watched().map((agent) => ({
        ...agent,
        async giveUp(reason) {
          ongoing()?.stop(reason);
          await agents.find(agent.agentId)?.end({ status: 'failed', error_message: reason.message });
        },
      })),
  };
}
