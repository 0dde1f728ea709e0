import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import type { LogServer } from '../../app.ts';
import type { CommandContext } from '../command-context.ts';

/** The server of the log that is shown. Throws `not_waiting`. */
function serverOf({ logs: { root }, passwords }: CommandContext): LogServer {
  const server = root === undefined ? undefined : passwords.serverOf(root);
  if (server) return server;
  throw new LineclearError('not_waiting', l10n.t('The log is in a file, which needs no password.'));
}

/** Asks for the password of the log's server, keeps it and opens the log with it. */
export async function enterLogPassword(context: CommandContext): Promise<void> {
  const { screen, passwords, reopen } = context;
  const server = serverOf(context);
  if (server.hasPassword)
    throw new LineclearError(
      'invalid_config',
      l10n.t(
        'The password for {0} is in LINECLEAR_LOG_PASSWORD, in a file of credentials or in your own config.toml. Change it there.',
        server.name,
      ),
    );
  const password = await screen.secret({
    title: l10n.t('Password for {0}', server.name),
    placeholder: l10n.t('Password or token'),
    prompt: l10n.t('VS Code keeps it encrypted, for this server alone. It is in no setting and in no file.'),
  });
  if (password === undefined) return;
  await passwords.enter(server, password);
  await reopen();
}

/** Takes the password of the log's server out of VS Code's store. */
export async function forgetLogPassword(context: CommandContext): Promise<void> {
  const { screen, passwords, reopen } = context;
  const server = serverOf(context);
  if (!(await passwords.forget(server)))
    throw new LineclearError('not_waiting', l10n.t('VS Code keeps no password for {0}.', server.name));
  screen.flash(l10n.t('The password for {0} is forgotten.', server.name));
  await reopen();
}
