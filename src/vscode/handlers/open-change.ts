import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import type { AgentEvent, EventOf } from '../../contract/event.ts';
import { doerName } from '../../state/agent-name.ts';
import { timeOfDay } from '../../state/wording.ts';
import type { LogContext } from '../command-context.ts';
import { oneLine } from '../inert-text.ts';
import type { Target } from '../target.ts';

type FileEvent = EventOf<'file.created' | 'file.modified' | 'file.deleted'>;

const isFileEvent = (event: AgentEvent | undefined): event is FileEvent =>
  event?.type === 'file.created' || event?.type === 'file.modified' || event?.type === 'file.deleted';

/** Whether both sides are known: of a file that came or went, one side is empty. */
function isComplete({ type, data: { before_ref, after_ref } }: FileEvent): boolean {
  if (type === 'file.created') return after_ref !== undefined;
  if (type === 'file.deleted') return before_ref !== undefined;
  return before_ref !== undefined && after_ref !== undefined;
}

/** Shows what a change of a file was; where that was not recorded, says so and shows the file as it is now. */
export async function openChange({ app, screen }: LogContext, { sequence, path }: Target): Promise<void> {
  if (sequence === undefined)
    throw new LineclearError('invalid_input', l10n.t('Which change? Open it from the Activity view.'));
  let found: AgentEvent | undefined;
  for await (const event of app.events({ after: sequence - 1, until: sequence, truncatedAt: sequence }))
    found = event;
  if (!isFileEvent(found)) {
    if (path === undefined)
      throw new LineclearError('invalid_input', l10n.t('Event {0} is no change of a file.', sequence));
    await screen.openFile(path);
    return;
  }
  const { file_path, before_ref: before, after_ref: after } = found.data;
  const name = oneLine(file_path, 80);
  if (isComplete(found)) {
    const who = oneLine(doerName(app.world, found.source_agent_id), 40);
    const when = timeOfDay(found.timestamp, { now: Date.now() });
    await screen.openChange({ path: file_path, before, after, title: `${name} (${who}, ${when})` });
    return;
  }
  if (found.type === 'file.deleted')
    throw new LineclearError(
      'invalid_input',
      l10n.t('What was in {0} was not recorded, and it was deleted.', name),
    );
  screen.flash(l10n.t('What changed in {0} was not recorded: this is the file as it is now.', name));
  await screen.openFile(file_path);
}
