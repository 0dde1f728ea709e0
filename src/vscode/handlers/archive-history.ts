import * as l10n from '@vscode/l10n';
import { counted, fileSize } from '../../state/wording.ts';
import type { CommandContext } from '../command-context.ts';

/** Archives the events of tasks that ended long ago, once the person has seen how many; it can be stopped at any time. */
export async function archiveHistory({ screen, retainLog }: CommandContext): Promise<void> {
  const planned = await screen.busy(l10n.t('Looking for what can be archived …'), (signal) =>
    retainLog({ dryRun: true, signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    }),
  );
  if (!planned) return;
  const days = counted(planned.days, 'day');
  if (planned.tasks === 0) {
    screen.flash(l10n.t('Nothing to archive: no task ended more than {0} ago that nothing needs.', days));
    return;
  }
  const what = [counted(planned.events, 'event'), fileSize(planned.bytes), counted(planned.tasks, 'task')];
  const archive = l10n.t('Archive');
  const sure = await screen.confirm(
    l10n.t('Archive {0} ({1}) of {2} that ended more than {3} ago?', ...what, days),
    l10n.t(
      'They go to .lineclear/archive. Titles, dates and ends of the tasks stay here; tasks that go on, notes and what is waited for stay whole.',
    ),
    [archive],
  );
  if (sure === undefined) return;
  const total = counted(planned.events, 'event');
  let archived = { events: 0, tasks: 0 };
  const isDone = await screen.busy(l10n.t('Archiving history'), async (signal, report) => {
    const onProgress = (done: typeof archived) => {
      archived = done;
      report(l10n.t('{0} of {1}', String(done.events), total));
    };
    onProgress(archived);
    try {
      await retainLog({ dryRun: false, signal, onProgress });
      return true;
    } catch (error) {
      if (!signal.aborted) throw error;
      return false;
    }
  });
  const went = [counted(archived.events, 'event'), counted(archived.tasks, 'task')];
  if (archived.tasks === 0) return screen.flash(l10n.t('Nothing was archived.'));
  screen.notify({
    severity: 'information',
    message: isDone
      ? l10n.t('Archived {0} of {1}.', ...went)
      : l10n.t('Stopped. Archived are {0} of {1}; the next time goes on.', ...went),
    actions: [{ title: l10n.t('Open Archive'), command: 'lineclear.openArchive' }],
  });
}
