import * as l10n from '@vscode/l10n';
import type { CommandContext } from '../command-context.ts';
import { sentences } from '../sentences.ts';

const ICONS = { ok: 'pass', warning: 'warning', failure: 'error' } as const;
const SEVERITIES = { ok: 'information', warning: 'warning', failure: 'error' } as const;

/** Resolves to nothing when the person does not want to wait any more. */
const left = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined), { once: true }));

/** Shows what was looked at, one below the other; going to one tells all of it, with what to do. */
export async function showHealth({ screen, checkHealth }: CommandContext): Promise<void> {
  const lines = await screen.busy(l10n.t('Looking at the log, agents and disk …'), (signal) =>
    Promise.race([checkHealth(), left(signal)]),
  );
  if (!lines) return;
  const levels = { ok: l10n.t('ok'), warning: l10n.t('warning'), failure: l10n.t('failure') };
  const choices = lines.map((line) => ({
    label: line.subject,
    description: levels[line.level],
    // The line below has the whole width; of one that is cut all the same Enter tells the rest.
    detail: line.next ? sentences(line.text, line.next) : line.text,
    icon: ICONS[line.level],
    value: line,
  }));
  const chosen = await screen.pick(choices, {
    title: l10n.t('Health'),
    placeholder: l10n.t('Enter tells all of a line, and what to do where it is not well.'),
  });
  if (!chosen) return;
  const { level, subject, text, next } = chosen;
  screen.notify({
    severity: SEVERITIES[level],
    message: sentences(`${subject}: ${text}`, ...(next ? [next] : [])),
    actions:
      level === 'ok' ? [] : [{ title: l10n.t('Open Configuration'), command: 'lineclear.openConfiguration' }],
  });
}
