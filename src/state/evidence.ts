import * as l10n from '@vscode/l10n';
import type { EventOf } from '../contract/event.ts';
import type { Evidence, Purpose } from '../contract/events/evidence.ts';
import type { Change } from './change.ts';
import { NOTHING } from './change.ts';
import type { ChunkState } from './task.ts';
import { counted } from './wording.ts';

/** What the files of a task were compared with when its last turn ended. */
export interface ObservedBase {
  readonly purpose: Purpose;
  readonly number: number;
  /** As the files were when this plan, chunk or review was begun; names a snapshot. */
  readonly first: string;
  /** As they were before the turn. */
  readonly turn: string;
  /** Id of the event that names it. */
  readonly event_id: string;
  /** Nothing has been concluded from the turn: after a crash, what it changed is still to be looked at. */
  readonly open: boolean;
}

/** The host has taken a snapshot before a turn. */
export function onSnapshot(
  base: ObservedBase | undefined,
  { id: event_id, data }: EventOf<'workspace.synced'>,
): Change {
  const { snapshot, purpose, number } = data;
  if (snapshot === undefined || purpose === undefined || number === undefined) return NOTHING;
  const same = base?.purpose === purpose && base.number === number;
  const first = same ? base.first : snapshot;
  return { base: { purpose, number, first, turn: snapshot, event_id, open: true } };
}

/** A turn came to something: the next one is compared with a snapshot of its own. */
export const closeBase = (base: ObservedBase | undefined): ObservedBase | undefined =>
  base?.open ? { ...base, open: false } : base;

/** Events that conclude a turn. */
export const concludes = ({ type }: { readonly type: string }): boolean =>
  ['plan.ready', 'chunk.completed', 'chunk.failed', 'task.failed'].includes(type) ||
  type.startsWith('handoff.');

/** Whether a chunk is called done, names files, and the host saw none of anything change. */
export const isUnseen = ({ status, files, evidence }: ChunkClaim): boolean =>
  status === 'completed' &&
  files.length > 0 &&
  evidence !== undefined &&
  evidence.observed_by !== 'none' &&
  evidence.files.length === 0;

type ChunkClaim = Pick<ChunkState, 'status' | 'files' | 'evidence'>;

export const UNSEEN = l10n.t('claimed, nothing changed');

/** What of a claim the disk does not show, and what tests say: parts for a row. */
export function evidenceWords(chunk: ChunkClaim): readonly string[] {
  if (isUnseen(chunk)) return [UNSEEN, ...testWords(chunk.evidence)];
  const missing = chunk.status === 'completed' ? (chunk.evidence?.unseen_claims.length ?? 0) : 0;
  const claims = missing > 0 ? [l10n.t('{0} claimed, not changed', counted(missing, 'file'))] : [];
  return [...claims, ...testWords(chunk.evidence)];
}

function testWords(evidence: Evidence | undefined): readonly string[] {
  const tests = evidence?.tests ?? [];
  if (tests.length === 0) return [];
  // A command that was run again after a repair counts as it ended.
  const last = new Map(tests.map(({ command, passed }) => [command, passed]));
  const failed = [...last].filter(([, passed]) => !passed).map(([command]) => command);
  return failed.length > 0 ? [l10n.t('tests failed: {0}', failed.join(', '))] : [l10n.t('tests passed')];
}

/** What was seen, as lines for a tooltip, a page or an agent: `src/a.ts: modified +3 −1, not reported`. */
export const evidenceLines = (evidence: Evidence): readonly string[] => [
  ...evidence.files.map((file) =>
    file.reported
      ? l10n.t('{0}: {1}', file.file_path, changeWords(file))
      : l10n.t('{0}: {1}, seen on disk only, not reported', file.file_path, changeWords(file)),
  ),
  ...(evidence.files_left_out ? [l10n.t('and {0}', counted(evidence.files_left_out, 'more file'))] : []),
  ...evidence.unseen_claims.map((path) => l10n.t('{0}: claimed, not changed', path)),
  ...(evidence.tests ?? []).map(({ command, passed }) =>
    passed ? l10n.t('{0}: passed', command) : l10n.t('{0}: failed', command),
  ),
  ...(evidence.observed_by === 'none' ? [l10n.t('The files could not be looked at.')] : []),
];

const operationWords = {
  create: l10n.t('created'),
  modify: l10n.t('modified'),
  delete: l10n.t('deleted'),
  move: l10n.t('moved'),
} as const;

interface SeenChange {
  readonly operation?: keyof typeof operationWords | undefined;
  readonly lines_added?: number | undefined;
  readonly lines_removed?: number | undefined;
}

/** `modified +3 −1` */
export function changeWords({ operation, lines_added, lines_removed }: SeenChange): string {
  const added = lines_added ? `+${lines_added}` : '';
  const removed = lines_removed ? `−${lines_removed}` : '';
  return [operation ? operationWords[operation] : l10n.t('changed'), added, removed]
    .filter(Boolean)
    .join(' ');
}

/** `chunk 2`, `while planning`, `while reviewing` */
export function turnWords({
  purpose,
  number,
}: Pick<EventOf<'scope.exceeded'>['data'], 'purpose' | 'number'>): string {
  if (purpose === 'plan') return l10n.t('while planning');
  if (purpose === 'review') return l10n.t('while reviewing');
  return purpose === 'chunk' ? l10n.t('chunk {0}', (number ?? 0) + 1) : '';
}
