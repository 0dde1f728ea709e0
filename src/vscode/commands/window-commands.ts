import { archiveHistory } from '../handlers/archive-history.ts';
import { chooseLog } from '../handlers/choose-log.ts';
import { enterLogPassword, forgetLogPassword } from '../handlers/log-password.ts';
import { showHealth } from '../handlers/show-health.ts';
import { type Command, inTitle, withoutLog } from './define-command.ts';

/** Commands about the window itself. */
export const windowCommands = {
  'lineclear.chooseLog': withoutLog({
    title: 'Choose Log…',
    icon: 'root-folder',
    palette: 'lineclear.logs > 1',
    placements: [
      { menu: 'view/title', when: 'view == lineclear.inbox && lineclear.logs > 1', group: 'navigation@1' },
    ],
    trusted: false,
    handle: chooseLog,
  }),
  'lineclear.openCommandCenter': withoutLog({
    title: 'Open Command Center',
    icon: 'graph-line',
    palette: 'workspaceFolderCount > 0',
    placements: [inTitle('agents', 'navigation@3')],
    trusted: false,
    handle: async ({ screen }) => screen.openCommandCenter(),
  }),
  'lineclear.showOutput': withoutLog({
    title: 'Show Output',
    icon: 'output',
    palette: true,
    trusted: false,
    handle: async ({ screen }) => screen.showOutput(),
  }),
  'lineclear.getStarted': withoutLog({
    title: 'Get Started',
    palette: true,
    trusted: false,
    handle: ({ screen }) => screen.openWalkthrough(),
  }),
  'lineclear.openConfiguration': withoutLog({
    title: 'Open Configuration',
    icon: 'gear',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    handle: ({ screen }) => screen.openConfiguration(),
  }),
  'lineclear.enterLogPassword': withoutLog({
    title: 'Enter Log Password…',
    icon: 'key',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    handle: enterLogPassword,
  }),
  'lineclear.forgetLogPassword': withoutLog({
    title: 'Forget Log Password',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    handle: forgetLogPassword,
  }),
  'lineclear.checkHealth': withoutLog({
    title: 'Check Health',
    icon: 'pulse',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    handle: showHealth,
  }),
  'lineclear.archiveHistory': withoutLog({
    title: 'Archive Old History…',
    icon: 'archive',
    palette: 'lineclear.log == open',
    trusted: true,
    handle: archiveHistory,
  }),
  'lineclear.reopenLog': withoutLog({
    title: 'Open the Log Again',
    palette: 'lineclear.logError',
    trusted: false,
    handle: ({ reopen }) => reopen(),
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
