import * as l10n from '@vscode/l10n';
import type { CommandContext } from '../command-context.ts';

const ICONS = { ok: 'pass', warning: 'warning', failure: 'error' } as const;

/** Shows what was looked at, a line each, with what to do; going to one opens the configuration. */
export async function showHealth({ screen, checkHealth }: CommandContext): Promise<void> {
  const lines = await screen.busy(l10n.t('Looking at the log, agents and disk …'), checkHealth);
  if (!lines) return;
  const levels = { ok: l10n.t('ok'), warning: l10n.t('warning'), failure: l10n.t('failure') };
  const choices = lines.map(({ level, subject, text, next }) => ({
    label: subject,
    description: `${levels[level]}: ${text}`,
    detail: next,
    icon: ICONS[level],
    value: level,
  }));
  const chosen = await screen.pick(choices, {
    title: l10n.t('Health'),
    placeholder: l10n.t('What is not well says what to do. Enter opens the configuration.'),
  });
  if (chosen !== undefined && chosen !== 'ok') await screen.openConfiguration();
}
