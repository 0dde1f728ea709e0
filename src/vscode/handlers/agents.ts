import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { agentNameOf, roleName } from '../../state/agent-name.ts';
import { agentStatus } from '../../state/agent-status.ts';
import { type AgentState, isLive } from '../../state/agent.ts';
import { isEnded } from '../../state/task.ts';
import { joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseTask } from './choose.ts';

interface AgentQuestion {
  readonly title: string;
  readonly icon: string;
  readonly fits: (agent: AgentState) => boolean;
  /** Said when none fits. */
  readonly nothing: string;
}

/** The agent that the target names, the only one that fits, or the one that the person picks. */
async function chooseAgent(
  { app, screen }: LogContext,
  { agent_id }: Target,
  { title, icon, fits, nothing }: AgentQuestion,
): Promise<string | undefined> {
  if (agent_id !== undefined) return agent_id;
  const agents = [...app.world.agents.values()].filter(fits).toReversed();
  const [first, second] = agents;
  if (!first) throw new LineclearError('not_waiting', nothing);
  if (!second) return first.agent_id;
  return await screen.pick(
    agents.map((agent) => ({
      label: roleName(agent),
      description: joined(
        ...agentStatus(app.world, agent, { now: Date.now() }),
        agent.task_id && app.world.tasks.get(agent.task_id)?.title,
        agent.agent_name,
      ),
      icon,
      value: agent.agent_id,
    })),
    { title, placeholder: l10n.t('Which agent?') },
  );
}

const WAYS = {
  stop_agent: {
    title: l10n.t('Stop Agent'),
    icon: 'debug-stop',
    fits: ({ status }) => isLive(status),
    nothing: l10n.t('No agent is running.'),
    doing: (name) => l10n.t('Stopping {0}.', name),
  },
  pause_agent: {
    title: l10n.t('Pause Agent'),
    icon: 'debug-pause',
    fits: ({ status }) => isLive(status) && status !== 'paused',
    nothing: l10n.t('No agent is running that could be paused.'),
    doing: (name) => l10n.t('Pausing {0}.', name),
  },
  resume_agent: {
    title: l10n.t('Resume Agent'),
    icon: 'debug-continue',
    fits: ({ status }) => status === 'paused',
    nothing: l10n.t('No agent is paused.'),
    doing: (name) => l10n.t('Resuming {0}.', name),
  },
} as const satisfies Record<string, AgentQuestion & { readonly doing: (name: string) => string }>;

const handle = (command: keyof typeof WAYS) => async (context: LogContext, given: Target) => {
  const agent_id = await chooseAgent(context, given, WAYS[command]);
  if (agent_id === undefined) return;
  await context.app.execute({ command, agent_id });
  context.screen.flash(WAYS[command].doing(agentNameOf(context.app.world, agent_id)));
};

export const stopAgent = handle('stop_agent');
export const pauseAgent = handle('pause_agent');
export const resumeAgent = handle('resume_agent');

export async function showAgentOutput(context: LogContext, given: Target): Promise<void> {
  const agent_id = await chooseAgent(context, given, {
    title: l10n.t('Show Agent Output'),
    icon: 'terminal',
    fits: () => true,
    nothing: l10n.t('No agent has worked here yet.'),
  });
  if (agent_id !== undefined) context.screen.openOutput(agent_id);
}

/** Tells an agent something to do: when it has answered, or at once. */
export async function sendPrompt(
  context: LogContext,
  given: Target & { text?: string | undefined; interrupt?: boolean | undefined },
): Promise<void> {
  const { app, screen } = context;
  const { agent_id } = given;
  const own = agent_id === undefined ? undefined : app.world.agents.get(agent_id)?.task_id;
  const task_id = await chooseTask(
    context,
    own === undefined ? given : { ...given, task_id: own },
    l10n.t('Send Prompt'),
    ({ phase }) => !isEnded(phase),
    l10n.t('There is no task at work whose agent could be told.'),
  );
  if (task_id === undefined) return;
  const title = l10n.t('Send Prompt: {0}', app.world.tasks.get(task_id)?.title ?? task_id);
  const text =
    given.text ??
    (await screen.input({
      title,
      placeholder: l10n.t('Also cover the error cases'),
      prompt: l10n.t('What should the agent do? It goes on with its task after that.'),
    }));
  if (text === undefined) return;
  const interrupt =
    given.interrupt ??
    (given.text === undefined
      ? await screen.pick(
          [
            { label: l10n.t('When it has answered'), value: false },
            { label: l10n.t('At once'), description: l10n.t('interrupts what it does'), value: true },
          ],
          { title, placeholder: l10n.t('When should the agent get it?') },
        )
      : false);
  if (interrupt === undefined) return;
  await app.execute({ command: 'send_prompt', task_id, agent_id, text, ...(interrupt && { interrupt }) });
  screen.flash(
    interrupt ? l10n.t('The agent gets it now.') : l10n.t('The agent gets it when it has answered.'),
  );
}
