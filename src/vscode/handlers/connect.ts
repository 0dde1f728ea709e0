import * as l10n from '@vscode/l10n';
import type { App } from '../../app.ts';
import { type ErrorCode, LineclearError, messageOf } from '../../contract/errors.ts';
import type { Role } from '../../contract/events/task.ts';
import { joined } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import { roleWords } from '../name-words.ts';
import type { Choice, NoticeAction } from '../screen.ts';

type Agent = Awaited<ReturnType<App['connections']['list']>>['agents'][number];

const AGAIN: NoticeAction = { title: l10n.t('Connect Agent'), command: 'lineclear.connectAgent' };
const TERMINAL: NoticeAction = { title: l10n.t('Open Terminal'), command: 'workbench.action.terminal.new' };
const CONFIGURATION: NoticeAction = {
  title: l10n.t('Open Configuration'),
  command: 'lineclear.openConfiguration',
};

/** What these say to do next is about a task, and there is none yet. */
const OF_TASKS: readonly ErrorCode[] = ['agent_failed', 'agent_not_signed_in', 'agent_timeout'];

const ROLES: readonly Choice<readonly Role[]>[] = [
  { label: l10n.t('Plan, code and review'), icon: 'organization', value: ['planner', 'coder', 'reviewer'] },
  {
    label: l10n.t('Plan'),
    icon: 'checklist',
    value: ['planner'],
  },
  { label: l10n.t('Code'), icon: 'code', value: ['coder'] },
  { label: l10n.t('Review'), icon: 'eye', value: ['reviewer'] },
  {
    label: l10n.t('Nothing yet'),
    description: l10n.t('choose it for single tasks'),
    icon: 'circle-slash',
    value: [],
  },
];

function choiceOf(agent: Agent): Choice<Agent> {
  const { title, state, version, install, command, description } = agent;
  const line = command.join(' ');
  switch (state) {
    case 'installed': {
      const what = version === undefined ? l10n.t('installed') : joined(l10n.t('installed'), version);
      return { label: title, description: what, detail: line, icon: 'check', value: agent };
    }
    case 'configured':
      return {
        label: title,
        description: l10n.t('in your configuration'),
        detail: line,
        icon: 'gear',
        value: agent,
      };
    case 'fetched':
      return {
        label: title,
        description: description,
        detail: l10n.t('{0} (fetched when it starts)', line),
        icon: 'cloud-download',
        value: agent,
      };
    case 'missing':
      return {
        label: title,
        description: joined(l10n.t('not installed'), description),
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
  const found = await whileBusy(context, l10n.t('Looking for agents…'), (signal) =>
    app.connections.list(signal),
  );
  if (!found) return;
  const agent = await screen.pick(found.agents.map(choiceOf), {
    title: l10n.t('Connect Agent'),
    placeholder:
      found.problem === undefined
        ? l10n.t('Which agent?')
        : l10n.t('Which agent? (The registry cannot be read: these are the known ones.)'),
  });
  if (!agent) return;
  if (agent.state === 'missing') {
    screen.notify({
      severity: 'information',
      message:
        agent.install === undefined
          ? l10n.t('{0} is not installed.', agent.title)
          : l10n.t('{0} is not installed. Install it: {1}', agent.title, agent.install),
      actions: [TERMINAL, AGAIN],
    });
    return;
  }
  if (!(await works(context, agent))) return;
  const roles = await screen.pick(ROLES, {
    title: l10n.t('{0} works', agent.title),
    placeholder: l10n.t('What is it to do?'),
  });
  if (!roles) return;
  app.connections.configure(agent, roles);
  await context.reopen();
  screen.notify({
    severity: 'information',
    message:
      roles.length === 0
        ? l10n.t('{0} is connected.', agent.title)
        : l10n.t('{0} is connected as {1}.', agent.title, roles.map((role) => roleWords[role]).join(', ')),
    actions: [CONFIGURATION],
  });
}

/** Tries an agent out; says why it does not work when it does not. */
async function works(context: LogContext, agent: Agent): Promise<boolean> {
  try {
    const tested = await whileBusy(context, l10n.t('Starting {0}…', agent.title), async (signal) => {
      await context.app.connections.test(agent, signal);
      return true;
    });
    return tested === true;
  } catch (error) {
    context.screen.notify({
      severity: 'error',
      message: [
        l10n.t('{0} does not work yet.', agent.title),
        messageOf(error),
        ...(error instanceof LineclearError && !OF_TASKS.includes(error.code) ? [error.next] : []),
      ].join(' '),
      actions: [TERMINAL, AGAIN],
    });
    return false;
  }
}
