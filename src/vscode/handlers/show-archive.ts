import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import { counted } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import type { Choice } from '../screen.ts';

/** Shows the events of an archive; the person says of which, the newest first. */
export async function openArchive({ app, screen }: LogContext): Promise<void> {
  const choices: Choice<string>[] = [];
  for await (const event of app.events({ types: ['history.truncated'], truncatedAt: Infinity })) {
    if (event.type !== 'history.truncated' || !event.data.archive) continue;
    const { events, tasks, archive } = event.data;
    choices.unshift({
      label: l10n.t('{0} of {1}', counted(events, 'event'), counted(tasks.length, 'task')),
      description: event.timestamp.slice(0, 10),
      detail: l10n.t('{0} on {1}', archive.file, archive.host),
      icon: 'archive',
      value: path.posix.basename(archive.file),
    });
  }
  const [only, second] = choices;
  if (!only) throw new LineclearError('not_waiting', l10n.t('Nothing is archived.'));
  const chosen = second
    ? await screen.pick(choices, { title: l10n.t('Open Archive'), placeholder: l10n.t('Which one?') })
    : only.value;
  if (chosen !== undefined) await screen.openEvents({ archive: chosen, format: 'lines', title: chosen });
}
