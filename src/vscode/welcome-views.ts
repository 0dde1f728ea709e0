import type { ErrorCode } from '../contract/errors.ts';
import type { CommandId } from './commands.ts';
import type { BuiltInCommand } from './screen.ts';

const button = (text: string, command: CommandId | BuiltInCommand): string => `[${text}](command:${command})`;

const usable = 'workspaceFolderCount > 0 && isWorkspaceTrusted';
const noProblem = '(lineclear.log == none || lineclear.log == open) && !lineclear.logError';
const noTasks = `lineclear.tasks == 0 && ${noProblem}`;

const again = button('Open the Log Again', 'lineclear.reopenLog');
const output = button('Show Output', 'lineclear.showOutput');

/** What a person reads when the log cannot be shown; the notification and the status bar name the file. */
const errors: Readonly<Partial<Record<ErrorCode, string>>> = {
  log_corrupt: `The log is damaged, so nothing of it is shown. Keep the file, move it away, and import your last export.\n${again}\n${output}`,
  log_newer: `The log was written by a newer Lineclear. Update the extension, then reload the window.\n${button('Reload Window', 'workbench.action.reloadWindow')}`,
  log_foreign: `The file in the place of the log is not a Lineclear log. Move it away.\n${again}`,
  log_readonly: `Lineclear keeps its log in the folder .lineclear, and nothing can be written there.\n${again}\n${output}`,
  log_on_network: `On a network file system the log could be damaged. Keep it on this machine, or allow it here.\n${button('Open Configuration', 'lineclear.openConfiguration')}\n${again}`,
  log_unreachable: `The server of the log cannot be reached. Lineclear goes on by itself when it is back.\n${again}\n${button('Open Configuration', 'lineclear.openConfiguration')}`,
  log_denied: `The server of the log refuses the user or the password. Enter it, set LINECLEAR_LOG_PASSWORD, or write it under [log.passwords] in your own config.toml.\n${button('Enter Password', 'lineclear.enterLogPassword')}\n${again}\n${button('Open Configuration', 'lineclear.openConfiguration')}`,
  invalid_config: `The configuration has a mistake, so the log is not opened.\n${button('Open Configuration', 'lineclear.openConfiguration')}\n${again}`,
};
const codes = Object.keys(errors);
const isOther = codes.map((code) => `lineclear.logError != ${code}`).join(' && ');

/** What an empty view says to do next. One view says it; the others stay quiet. */
export const welcomeViews = [
  {
    view: 'lineclear.inbox',
    when: 'workspaceFolderCount == 0',
    contents: `Lineclear keeps the log of your agents in the folder that you work in.\n${button('Open Folder', 'workbench.action.files.openFolder')}`,
  },
  {
    view: 'lineclear.inbox',
    when: 'workspaceFolderCount > 0 && !isWorkspaceTrusted && lineclear.waiting == 0',
    contents: `In Restricted Mode no agents are started and nothing can be decided.\n${button('Manage Workspace Trust', 'workbench.trust.manage')}`,
  },
  ...Object.entries(errors).map(([code, contents]) => ({
    view: 'lineclear.inbox',
    when: `lineclear.logError == ${code}`,
    contents,
  })),
  {
    view: 'lineclear.inbox',
    when: `lineclear.log == failed && ${isOther}`,
    contents: `The log cannot be read.\n${again}\n${output}`,
  },
  {
    view: 'lineclear.inbox',
    when: `${usable} && ${noProblem} && lineclear.connection != away`,
    contents: 'Nothing waits for you.',
  },
  {
    view: 'lineclear.inbox',
    when: `${usable} && lineclear.log == open && lineclear.connection == away`,
    contents: `Not connected to the server of the log: what waits for you now is not known. Lineclear goes on by itself when it is back.\n${button('Check Health', 'lineclear.checkHealth')}`,
  },
  {
    view: 'lineclear.memory',
    when: `${usable} && lineclear.log == open`,
    contents: `Notes that all agents share, as files in .lineclear/memory.\n${button('New Note', 'lineclear.newNote')}`,
  },
  { view: 'lineclear.agents', when: 'lineclear.log == open', contents: 'No agent has worked here yet.' },
  {
    view: 'lineclear.tasks',
    when: `${usable} && ${noTasks} && lineclear.agents != 0`,
    contents: `Describe what should be done. An agent plans it, you approve the plan, then agents carry it out.\n${button('Create Task', 'lineclear.createTask')}\nWhich agents? See the [configuration](command:lineclear.openConfiguration).`,
  },
  {
    view: 'lineclear.tasks',
    when: `${usable} && ${noTasks} && lineclear.agents == 0`,
    contents: `There is no agent yet that could plan a task. Connect one, or name yours in the [configuration](command:lineclear.openConfiguration).\n${button('Connect Agent', 'lineclear.connectAgent')}\n[Create Task](command:lineclear.createTask) all the same.`,
  },
  {
    view: 'lineclear.activity',
    when: 'lineclear.log == open && !lineclear.activityFiltered',
    contents: 'Nothing has happened yet.',
  },
] as const;
