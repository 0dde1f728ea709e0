import * as l10n from '@vscode/l10n';
import type { App } from '../../app.ts';
import { memberName } from '../../state/inbox-words.ts';
import { type Moment, age, joined } from '../../state/wording.ts';
import { markdownText } from '../inert-text.ts';
import type { Target } from '../target.ts';
import { commandLink } from './markdown-lines.ts';

/** Events of the note that are read: a tooltip does not wait for a long history. */
const SHOWN = 8;

/** The newest versions of a note, for its tooltip: who and when, each a link to what it changed. */
export async function historyWords(
  app: App | undefined,
  { note_id }: Target,
  moment: Moment,
): Promise<string | undefined> {
  if (!app || note_id === undefined) return undefined;
  const memory = await app.memory();
  const versions = (await memory.versions(note_id, SHOWN)).toReversed();
  const lines = versions.map(({ event_id, agent_id, at }) => {
    const words = markdownText(joined(memberName(agent_id), age(at, moment)), 80);
    return `- ${commandLink(words, 'lineclear.showNoteHistory', { note_id, event_id })}`;
  });
  const hasOlder = memory.state.eventsOf(note_id).length > SHOWN;
  const older = hasOlder
    ? [`- ${commandLink(l10n.t('older versions'), 'lineclear.showNoteHistory', { note_id })}`]
    : [];
  return [`**${l10n.t('History')}:**`, '', ...lines, ...older].join('\n');
}
