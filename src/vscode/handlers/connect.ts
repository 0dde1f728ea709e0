import type { App } from '../../app.ts';
import { LineclearError, messageOf } from '../../contract/errors.ts';
import type { Role } from '../../contract/events/task.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice, NoticeAction } from '../screen.ts';

type Agent = Awaited<ReturnType<App['connections']['list']>>['agents'][number];

const AGAIN: NoticeAction = { title: 'Connect Agent', command: 'lineclear.connectAgent' };
const TERMINAL: NoticeAction = { title: 'Open Terminal', command: 'workbench.action.terminal.new' };
const CONFIGURATION: NoticeAction = { title: 'Open Configuration', command: 'lineclear.openConfiguration' };

const ROLES: readonly Choice<readonly Role[]>[] = [
  { label: 'Plan, code and review', icon: 'organization', value: ['planner', 'coder', 'reviewer'] },
  { label: 'Plan', icon: 'checklist', value: ['planner'] },
  { label: 'Code', icon: 'code', value: ['coder'] },
  { label: 'Review', icon: 'eye', value: ['reviewer'] },
  { label: 'Nothing yet', description: 'choose it for single tasks', icon: 'circle-slash', value: [] },
];

function choiceOf(agent: Agent): Choice<Agent> {
  const { title, state, version, install, command, description } = agent;
  const line = command.join(' ');
  switch (state) {
    case 'installed': {
      const what = version === undefined ? 'installed' : `installed · ${version}`;
      return { label: title, description: what, detail: line, icon: 'check', value: agent };
    }
    case 'configured':
      return { label: title, description: 'in your configuration', detail: line, icon: 'gear', value: agent };
    case 'fetched':
      return {
        label: title,
        description: description,
        detail: `${line} (fetched when it starts)`,
        icon: 'cloud-download',
        value: agent,
      };
    case 'missing':
      return {
        label: title,
        description: `not installed · ${description}`,
        detail: install,
        icon: 'circle-outline',
        value: agent,
      };
  }
}

/** Undefined when the person does not want to wait for it. */
async function whileBusy<T>(
  { screen }: LogContext,
  title: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  return await screen.busy(title, async (signal) => {
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}

/** Lists agents, tries the chosen one out, and writes it with its roles into the configuration. */
export async function connectAgent(context: LogContext): Promise<void> {
  const { app, screen } = context;
  const found = await whileBusy(context, 'Looking for agents…', (signal) => app.connections.list(signal));
  if (!found) return;
  const agent = await screen.pick(found.agents.map(choiceOf), {
    title: 'Connect Agent',
    placeholder:
      found.problem === undefined
        ? 'Which agent?'
        : 'Which agent? (The registry cannot be read: these are the known ones.)',
  });
  if (!agent) return;
  if (agent.state === 'missing') {
    const how = agent.install === undefined ? '' : ` Install it: ${agent.install}`;
    screen.notify({
      severity: 'information',
      message: `${agent.title} is not installed.${how}`,
      actions: [TERMINAL, AGAIN],
    });
    return;
  }
  if (!(await works(context, agent))) return;
  const roles = await screen.pick(ROLES, { title: `${agent.title} works`, placeholder: 'What is it to do?' });
  if (!roles) return;
  app.connections.configure(agent, roles);
  await context.reopen();
  const as = roles.length > 0 ? ` as ${roles.join(', ')}` : '';
  screen.notify({
    severity: 'information',
    message: `${agent.title} is connected${as}.`,
    actions: [CONFIGURATION],
  });
}

/** Tries an agent out; says why it does not work when it does not. */
async function works(context: LogContext, agent: Agent): Promise<boolean> {
  try {
    const tested = await whileBusy(context, `Starting ${agent.title}…`, async (signal) => {
      await context.app.connections.test(agent, signal);
      return true;
    });
    return tested === true;
  } catch (error) {
    const next = error instanceof LineclearError ? ` ${error.next}` : '';
    context.screen.notify({
      severity: 'error',
      message: `${agent.title} does not work yet. ${messageOf(error)}${next}`,
      actions: [TERMINAL, AGAIN],
    });
    return false;
  }
}
