import * as l10n from '@vscode/l10n';
import type { ParkReason } from '../contract/events/workspace.ts';
import { counted } from './wording.ts';

/** Why an event is a dead letter. */
export const reasonWords: Readonly<Record<ParkReason, string>> = {
  handler_failed: l10n.t('failed'),
  payload_lost: l10n.t('lost'),
  invalid: l10n.t('not readable'),
  rejected: l10n.t('rejected'),
  predecessor_parked: l10n.t('behind a dead letter'),
};

export const HANDED_OUT_AGAIN = l10n.t('handed out again');

/** What a letter is about: the type of its event. */
export const letterTitle = (type: string | undefined): string => type ?? l10n.t('an event that is lost');

/** All that is known about a dead letter, as the log keeps it. */
export interface LetterFacts {
  readonly group: string;
  readonly sequence: number;
  readonly event?: { readonly type: string; readonly data: unknown } | undefined;
  readonly edited_data?: unknown;
  readonly reason: ParkReason;
  readonly attempts: readonly { readonly at: string; readonly worker: string; readonly error: string }[];
  readonly parked: number;
  readonly parked_at: string;
  readonly replayed_at?: string | undefined;
}

/** Where the event is, why it is parked, and what became of it: a line each. */
export const letterHistory = ({
  group,
  sequence,
  reason,
  parked,
  parked_at,
  replayed_at,
}: LetterFacts): readonly string[] => [
  l10n.t('event {0}, group {1}', sequence, group),
  l10n.t('{0}, parked {1}, last at {2}', reasonWords[reason], counted(parked, 'time'), parked_at),
  ...(replayed_at === undefined ? [] : [l10n.t('handed out again at {0}', replayed_at)]),
];
