import * as l10n from '@vscode/l10n';
import * as z from 'zod';
import type { App } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import type { UserCommand } from '../state/user-command.ts';
import type { CommandContext } from './command-context.ts';
import { type Command, type CommandId, commands } from './commands.ts';
import { errorNotice } from './error-notice.ts';
import type { LogSession } from './log-session.ts';

export interface CommandRunnerDeps {
  readonly context: CommandContext;
  readonly session: () => LogSession;
  readonly isTrusted: () => boolean;
  /** What a command is called where it is offered. */
  readonly titleOf: (id: CommandId) => string;
  /** Into the output channel. */
  readonly log: (message: string, error: unknown) => void;
}

/** Runs the commands of the table: gives each what it needs, or says why it cannot run. Never throws. */
export class CommandRunner {
  readonly #deps: CommandRunnerDeps;

  constructor(deps: CommandRunnerDeps) {
    this.#deps = deps;
  }

  /** What the command returns; undefined when it failed, was refused or the person left. */
  async run(id: CommandId, given: readonly unknown[]): Promise<unknown> {
    const command: Command = commands[id];
    if (command.trusted && !this.#deps.isTrusted()) {
      this.#refuse(
        l10n.t(
          '{0} is not possible in Restricted Mode: Lineclear runs nothing in a folder that you do not trust.',
          this.#deps.titleOf(id).replace('…', ''),
        ),
      );
      return undefined;
    }
    try {
      return await command.run(this.#deps.context, await this.#appFor(command), given);
    } catch (error) {
      this.report(id, error);
      return undefined;
    }
  }

  /** For pages, which make whole commands. */
  async execute(command: UserCommand): Promise<void> {
    if (!this.#deps.isTrusted())
      return this.#refuse(
        l10n.t(
          'This is not possible in Restricted Mode: Lineclear runs nothing in a folder that you do not trust.',
        ),
      );
    try {
      const app = await this.#deps.session().open();
      await app.execute(command);
    } catch (error) {
      this.report(command.command, error);
    }
  }

  /** Tells the person, and the output channel what a person cannot use. */
  report(what: string, thrown: unknown): void {
    const error =
      thrown instanceof z.ZodError
        ? new LineclearError('invalid_input', `${what}: ${z.prettifyError(thrown)}`, { cause: thrown })
        : thrown;
    this.#deps.log(what, error);
    this.#deps.context.screen.notify(errorNotice(error));
  }

  async #appFor({ log }: Command): Promise<App | undefined> {
    if (log === 'none') return undefined;
    const session = this.#deps.session();
    const { state } = session;
    if (state.kind === 'failed') throw state.error;
    if (log === 'existing' && state.kind === 'none' && !session.hasLog())
      throw new LineclearError('no_task', l10n.t('Nothing has been recorded in this folder yet.'));
    return await session.open();
  }

  #refuse(message: string): void {
    this.#deps.context.screen.notify({
      severity: 'warning',
      message,
      actions: [{ title: l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' }],
    });
  }
}
