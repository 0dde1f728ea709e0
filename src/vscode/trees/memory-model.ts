import * as l10n from '@vscode/l10n';
import type { FileProblem } from '../../app.ts';
import type { ContextState } from '../../state/contexts.ts';
import { detailOf, reasonWords } from '../../state/file-reason.ts';
import { memberName, valueWords } from '../../state/inbox-words.ts';
import type { NoteState } from '../../state/notes.ts';
import { formatTime } from '../../state/time-format.ts';
import { type Moment, age, joined } from '../../state/wording.ts';
import { markdownText, oneLine } from '../inert-text.ts';
import type { ShownMemory } from '../memory-feed.ts';
import { cutRows } from './cut-rows.ts';
import { bullets, commandLink, fact, heading, paragraphs } from './markdown-lines.ts';
import { instructionNodes } from './instructions-model.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

const WARNING: NodeIcon = { id: 'warning', color: 'list.warningForeground' };
const spoken = (label: string, description: string): string =>
  `${label}, ${description.replaceAll(' · ', ', ')}`;

/** `anna` for the person, else the agent. */
const whoIs = (id: string): string => oneLine(memberName(id), 40);

/** `place`: among which rows it is. */
function noteNode(note: NoteState, moment: Moment, isPinned: boolean, place: 'note' | 'pinned'): TreeNode {
  const { note_id, title, slug, domain, tags, links, agent_id, created_by, at, created_at, forks } = note;
  const label = oneLine(title, 60);
  const hasConflict = forks.length > 0;
  const description = joined(
    hasConflict ? l10n.t('two versions') : undefined,
    place === 'pinned' ? oneLine(domain, 40) : undefined,
    whoIs(agent_id),
    age(at, moment),
  );
  const target = { note_id };
  const time = (when: string) => formatTime(new Date(when), 'full', moment.timeZone);
  return {
    id: `${place}:${note_id}`,
    label,
    description,
    icon: hasConflict ? WARNING : { id: 'note' },
    tooltip: () => ({
      markdown: paragraphs(
        heading(title),
        fact(l10n.t('Name'), `${domain}/${slug}`),
        fact(l10n.t('Changed'), joined(memberName(agent_id), time(at))),
        fact(l10n.t('Written'), joined(memberName(created_by), time(created_at))),
        fact(l10n.t('Tags'), tags.join(', ')),
        bullets(l10n.t('Links'), links),
        hasConflict
          ? `${l10n.t('It was changed on two sides, and both versions are kept.')} ${commandLink(l10n.t('Compare'), 'lineclear.compareNote', target)}`
          : undefined,
      ),
      commands: ['lineclear.compareNote', 'lineclear.showNoteHistory'],
    }),
    spoken: spoken(label, description),
    context: `note ${hasConflict ? 'conflict' : 'settled'}${isPinned ? ' pinned' : ''}`,
    target,
    command: 'lineclear.openNote',
  };
}

function domainNode(
  domain: string,
  notes: readonly NoteState[],
  moment: Moment,
  pinned: ReadonlySet<string>,
): TreeNode {
  const label = oneLine(domain, 60);
  const conflicts = notes.filter(({ forks }) => forks.length > 0).length;
  const description = joined(
    String(notes.length),
    conflicts > 0 ? l10n.t('{0} in two versions', conflicts) : undefined,
  );
  return {
    id: `domain:${domain}`,
    label,
    description,
    icon: { id: 'folder' },
    spoken: spoken(label, description),
    context: 'domain',
    target: { group: domain },
    expanded: true,
    children: cutRows(
      notes
        .toSorted((a, b) => b.sequence - a.sequence)
        .map((note) => () => noteNode(note, moment, pinned.has(note.note_id), 'note')),
      `more:${domain}`,
    ),
  };
}

function contextNode(context: ContextState, moment: Moment): TreeNode {
  const { agent_id, values, conflicts, at } = context;
  const label = whoIs(agent_id);
  const description = age(at, moment);
  return {
    id: `context:${agent_id}`,
    label,
    description,
    icon: { id: 'robot' },
    spoken: spoken(label, description),
    context: 'context agent',
    target: {},
    children: Object.entries(values).map(([key, { value, by, at: setAt }]): TreeNode => {
      const name = oneLine(key, 60);
      const other = conflicts.findLast((conflict) => conflict.key === key)?.other;
      const text = joined(
        oneLine(valueWords(value), 80),
        other && l10n.t('{0} says {1}', whoIs(other.by), oneLine(valueWords(other.value), 40)),
        whoIs(by),
        age(setAt, moment),
      );
      return {
        id: `context:${agent_id}/${key}`,
        label: name,
        description: text,
        icon: other ? WARNING : { id: 'symbol-field' },
        tooltip: () => ({
          markdown: paragraphs(
            heading(key),
            fact(l10n.t('Value'), valueWords(value), 2000),
            fact(l10n.t('Set'), joined(memberName(by), formatTime(new Date(setAt), 'full', moment.timeZone))),
            other &&
              fact(
                l10n.t('At the same time'),
                joined(
                  valueWords(other.value),
                  memberName(other.by),
                  formatTime(new Date(other.at), 'full', moment.timeZone),
                ),
                2000,
              ),
          ),
          commands: [],
        }),
        spoken: spoken(name, text),
        ...(other
          ? {
              context: 'context conflict',
              target: { item_id: `context:${agent_id}:${key}` },
              command: 'lineclear.settleContext',
            }
          : { context: 'context value', target: {} }),
      };
    }),
  };
}

function problemNode({ path, line, reason }: FileProblem): TreeNode {
  const label = oneLine(line === undefined ? path : `${path}:${line}`, 80);
  const description = oneLine(reasonWords(reason), 120);
  const detail = detailOf(reason);
  return {
    id: `file:${path}`,
    label,
    description,
    icon: WARNING,
    tooltip: () => ({
      markdown: paragraphs(
        heading(label),
        markdownText(reasonWords(reason), 400),
        detail === undefined ? undefined : markdownText(detail, 400),
      ),
      commands: [],
    }),
    spoken: spoken(label, description),
    context: 'file problem',
    target: { path: path === 'context.json' ? `.lineclear/${path}` : `.lineclear/memory/${path}` },
    command: 'lineclear.openMemoryFile',
  };
}

/** A row that holds others; none when there are none. */
function group(id: string, label: string, icon: NodeIcon, children: readonly TreeNode[]): TreeNode[] {
  if (children.length === 0) return [];
  const description = String(children.length);
  return [
    { id, label, description, icon, spoken: spoken(label, description), context: id, target: {}, children },
  ];
}

/** Notes by domain, the newest first; what agents let each other know; and files that cannot be notes. */
export function memoryModel(
  shown: ShownMemory | undefined,
  moment: Moment,
  pinnedNotes: readonly string[] = [],
): readonly TreeNode[] {
  if (!shown) return [];
  const { state, problems, instructions } = shown;
  const live = [...state.notes.values()].filter(({ deleted }) => deleted === undefined);
  const domains = [...Map.groupBy(live, ({ domain }) => domain)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const contexts = [...state.contexts.values()]
    .filter(({ values }) => Object.keys(values).length > 0)
    .map((context) => contextNode(context, moment));
  return [
    ...group(
      'problems',
      l10n.t('Files to look at'),
      WARNING,
      problems.map((problem) => problemNode(problem)),
    ),
    ...instructionNodes(instructions),
    ...group(
      'pinned',
      l10n.t('Pinned'),
      { id: 'pinned' },
      pinnedNotes.flatMap((id) => {
        const note = state.notes.get(id);
        return note && note.deleted === undefined ? [noteNode(note, moment, true, 'pinned')] : [];
      }),
    ).map((node) => ({ ...node, expanded: true })),
    ...domains.map(([domain, notes]) => domainNode(domain, notes, moment, new Set(pinnedNotes))),
    ...group('contexts', l10n.t('Contexts of agents'), { id: 'broadcast' }, contexts),
  ];
}
