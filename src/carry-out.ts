import type { Config } from './config.ts';
import { hasCode } from './contract/errors.ts';
import type { AgentEvent, EventDraft } from './contract/event.ts';
import type { FollowedWorld } from './followed-world.ts';
import type { AppendOptions } from './log/log.ts';
import type { Budget } from './state/budget.ts';
import { decideCommand } from './state/command.ts';
import type { UserCommand } from './state/user-command.ts';
import { newTaskId } from './task-id.ts';

export interface CarryOutDeps {
  /** Which kind of door the person uses; stands in the `source` of what is appended. */
  readonly source: string;
  readonly config: () => Config;
  readonly followed: FollowedWorld;
  readonly append: (draft: EventDraft, options?: AppendOptions) => Promise<AgentEvent>;
  /** Does to files what the event asks for. */
  readonly perform: (event: AgentEvent) => Promise<void>;
}

/** How often a command is decided anew because others were faster; agents that talk a lot are such others. */
const MAX_DECISIONS = 50;

/** What is configured, where who creates a task does not say; undefined when there is no limit. */
function budgetOf({ orchestrator }: Config, given: Budget = {}): Budget | undefined {
  const limits = Object.entries({ ...orchestrator.budgets.task, ...given });
  const set = limits.filter(([, limit]) => limit !== undefined);
  return set.length > 0 ? Object.fromEntries(set) : undefined;
}

/**
 * Carries out what a person asks for: decides on the newest state, appends on its version, and decides again when somebody
 * else was faster. Returns the event, once what it asks for is done to files, too.
 */
export function createCarryOut({ source, config, followed, append, perform }: CarryOutDeps) {
  const { world } = followed;
  return async (given: UserCommand): Promise<AgentEvent> => {
    const isNew = given.command === 'create_task';
    const command = isNew
      ? {
          worktree: config().worktree || undefined,
          project: config().log.project,
          ...given,
          budget: budgetOf(config(), given.budget),
        }
      : given;
    const taskId = isNew ? newTaskId(given.description) : '';
    for (let decisions = 1; ; decisions += 1) {
      await followed.refresh();
      if ('task_id' in command && command.task_id !== undefined) await followed.recall(command.task_id);
      const { userId } = config();
      const { task_id, version, priority, body } = decideCommand(world, command, userId, taskId);
      const task = task_id === undefined ? undefined : world.tasks.get(task_id);
      const source_agent_id = `user:${userId}`;
      try {
        const event = await append(
          {
            task_id,
            source,
            source_agent_id,
            call_chain: [source_agent_id],
            correlation_id: task?.correlation_id,
            priority,
            ...body,
          },
          task_id !== undefined && version !== undefined
            ? { expectedVersion: { taskId: task_id, version } }
            : {},
        );
        await perform(event);
        await followed.refresh();
        return event;
      } catch (error) {
        if (!hasCode(error, 'version_conflict') || decisions >= MAX_DECISIONS) throw error;
      }
    }
  };
}
