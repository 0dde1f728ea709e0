import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';

/** Lets the person say which of the logs of a multi-root window is shown. */
export async function chooseLog({ logs, screen }: CommandContext): Promise<void> {
  const { roots, root } = logs;
  if (roots.length < 2)
    throw new LineclearError(
      'not_waiting',
      l10n.t('The folders of this window have one log: there is nothing to choose.'),
    );
  const choices = roots.map((candidate) => ({
    label: path.basename(candidate),
    description: candidate === root ? l10n.t('shown now') : undefined,
    detail: candidate,
    icon: candidate === root ? 'check' : 'folder',
    value: candidate,
  }));
  const chosen = await screen.pick(choices, {
    title: l10n.t('Choose Log'),
    placeholder: l10n.t('The log of which folder?'),
  });
  if (chosen !== undefined) await logs.choose(chosen);
}
