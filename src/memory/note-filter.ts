import type { NoteState } from '../state/notes.ts';

export interface NoteFilter {
  readonly domain?: string | undefined;
  readonly tag?: string | undefined;
  /** Who wrote it first or changed it last. */
  readonly agent?: string | undefined;
  /** ISO 8601: changed since then. */
  readonly since?: string | undefined;
  /** Those that were deleted, instead of those that were not. */
  readonly deleted?: boolean | undefined;
}

export const fits = (note: NoteState, { domain, tag, agent, since, deleted = false }: NoteFilter): boolean =>
  (note.deleted !== undefined) === deleted &&
  (domain === undefined || note.domain === domain) &&
  (tag === undefined || note.tags.includes(tag)) &&
  (agent === undefined || note.agent_id === agent || note.created_by === agent) &&
  (since === undefined || note.at >= since);
