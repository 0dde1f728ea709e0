import * as l10n from '@vscode/l10n';
import { type ErrorCode, LineclearError, messageOf } from '../contract/errors.ts';
import type { Notice, NoticeAction } from './screen.ts';
import { sentences } from './sentences.ts';

const showOutput: NoticeAction = { title: l10n.t('Show Output'), command: 'lineclear.showOutput' };
const openConfiguration: NoticeAction = {
  title: l10n.t('Open Configuration'),
  command: 'lineclear.openConfiguration',
};
const reload: NoticeAction = { title: l10n.t('Reload Window'), command: 'workbench.action.reloadWindow' };
const again: NoticeAction = { title: l10n.t('Open the Log Again'), command: 'lineclear.reopenLog' };

/** The button that goes with an error's next step, where there is one. */
const actions: Readonly<Partial<Record<ErrorCode, NoticeAction>>> = {
  no_workspace: { title: l10n.t('Open Folder'), command: 'workbench.action.files.openFolder' },
  no_task: { title: l10n.t('Create Task'), command: 'lineclear.createTask' },
  invalid_config: openConfiguration,
  agent_not_configured: openConfiguration,
  agent_over_limit: openConfiguration,
  agent_not_startable: openConfiguration,
  orchestrator_not_startable: { title: l10n.t('Show Log'), command: 'lineclear.showOrchestratorLog' },
  log_newer: reload,
  log_replaced: reload,
  log_corrupt: again,
  log_foreign: again,
  log_readonly: again,
  log_on_network: openConfiguration,
  log_denied: { title: l10n.t('Enter Password'), command: 'lineclear.enterLogPassword' },
  log_failed: showOutput,
};

/** What came too late is no mistake of anybody: it is told, not deplored. */
const CALM: readonly ErrorCode[] = ['not_waiting', 'stale_revision', 'no_task', 'orchestrator_running'];

/** What a person is told when a log is opened that can only be read. */
export const readonlyNotice = ({ message, next }: LineclearError): Notice => ({
  severity: 'warning',
  message: sentences(message, l10n.t('What is there is shown, and nothing can be recorded.'), next),
  actions: [again],
});

/** What a person is told about anything that was thrown: what is wrong, what to do, and the button for it. */
export function errorNotice(error: unknown): Notice {
  if (error instanceof LineclearError && error.audience === 'user') {
    const action = actions[error.code];
    return {
      severity: CALM.includes(error.code) ? 'information' : 'error',
      message: sentences(error.message, error.next),
      actions: action ? [action] : [],
    };
  }
  return { severity: 'error', message: `Lineclear: ${messageOf(error)}`, actions: [showOutput] };
}
