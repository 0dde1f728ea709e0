import type { AgentEvent, EventOf } from '../contract/event.ts';

export type NoteEvent = EventOf<'memory.written' | 'memory.updated'>;

/** One version of a note: what an event made of it. Its text is in the blob store. */
export interface NoteVersion {
  /** The event that gave it; names the version. */
  readonly event_id: string;
  readonly sequence: number;
  readonly at: string;
  readonly user_id: string;
  /** An agent, or the person as `user:<name>`. */
  readonly agent_id: string;
  readonly domain: string;
  /** Its name in the domain. */
  readonly slug: string;
  readonly title: string;
  readonly tags: readonly string[];
  readonly links: readonly string[];
  /** `sha256:` and hex digits. */
  readonly content_hash: string;
}

/** A version that was made from an older one than the current: kept until it is merged or a person decides. */
interface NoteFork extends NoteVersion {
  readonly base_id?: string | undefined;
  /** It could not be merged, so a person decides; else whoever sees it merges it. */
  readonly conflicted: boolean;
}

/** A note as it is now. */
export interface NoteState extends NoteVersion {
  readonly note_id: string;
  readonly created_at: string;
  readonly created_by: string;
  /** The sequence of the event that wrote it first: its history begins there. */
  readonly created_sequence: number;
  /** Set by a deletion: the version that was deleted, which is what can be restored. */
  readonly deleted?: string;
  readonly forks: readonly NoteFork[];
}

/** Whether changes that were made at the same time are neither merged yet nor told of as a conflict. */
export const isUnsettled = ({ forks }: NoteState): boolean => forks.some(({ conflicted }) => !conflicted);

/** A reference to the text of a version. */
export const textRefOf = ({ content_hash }: NoteVersion): `blob:${string}` =>
  `blob:${content_hash.replace(/^sha256:/, '')}`;

/** What an event made of a note. */
export function versionOf({ id, sequence, timestamp, data }: NoteEvent): NoteVersion {
  const { note_id, user_id, agent_id, domain, slug = note_id, title = slug, content_hash } = data;
  return {
    event_id: id,
    sequence,
    at: timestamp,
    user_id,
    agent_id,
    domain,
    slug,
    title,
    tags: data.tags ?? [],
    links: data.links ?? [],
    content_hash,
  };
}

const isSame = (a: NoteVersion, b: NoteVersion): boolean =>
  a.content_hash === b.content_hash && a.domain === b.domain && a.slug === b.slug;

function withoutForks(note: NoteState, settled: readonly string[]): NoteState {
  const forks = note.forks.filter(({ event_id }) => !settled.includes(event_id));
  return forks.length === note.forks.length ? note : { ...note, forks };
}

function created(version: NoteVersion, noteId: string): NoteState {
  const { at: created_at, agent_id: created_by, sequence: created_sequence } = version;
  return { ...version, note_id: noteId, created_at, created_by, created_sequence, forks: [] };
}

/** Whether a change that was made on `baseId` is made on what the note is now. */
function isOnNewest(note: NoteState, { type, data: { base_id } }: NoteEvent): boolean {
  // Who had not heard of a deletion, or brings the note back: what was deleted was deleted knowingly, this was not.
  if (note.deleted !== undefined) return true;
  return base_id === undefined ? type === 'memory.updated' : base_id === note.event_id;
}

/**
 * A change counts if it was made on the newest version. One that was made on an older version is kept as a fork beside
 * it: of two at once the lower sequence is the note, and no words are lost. A change made on a fork moves that fork on.
 */
function change(note: NoteState, event: NoteEvent): NoteState {
  const version = versionOf(event);
  const { base_id, resolves = [] } = event.data;
  if (isOnNewest(note, event)) {
    const settled = withoutForks(note, resolves);
    if (note.deleted === undefined && isSame(note, version)) return settled;
    const { deleted: _, ...rest } = settled;
    return { ...rest, ...version };
  }
  // What it says was taken from versions that are all still there.
  if (resolves.length > 0) return note;
  const index = note.forks.findIndex(({ event_id }) => event_id === base_id);
  const grown = note.forks[index];
  if (grown) return { ...note, forks: note.forks.with(index, { ...grown, ...version }) };
  if (note.deleted === undefined && isSame(note, version)) return note;
  return { ...note, forks: [...note.forks, { ...version, base_id, conflicted: false }] };
}

function remove(note: NoteState, event: EventOf<'memory.deleted'>): NoteState {
  const { base_id, resolves = [] } = event.data;
  // A deletion by who did not know the newest version would delete words that nobody wanted gone.
  if (note.deleted !== undefined || (base_id !== undefined && base_id !== note.event_id)) return note;
  const rest = withoutForks(note, resolves);
  const [fork, ...forks] = rest.forks;
  if (fork) {
    // Nobody wanted those words gone: they are the note now.
    const { base_id: _, conflicted: __, ...version } = fork;
    return { ...rest, ...version, forks };
  }
  return {
    ...rest,
    event_id: event.id,
    sequence: event.sequence,
    at: event.timestamp,
    user_id: event.data.user_id,
    agent_id: event.data.agent_id,
    deleted: note.event_id,
  };
}

/** The note after an event about it; the very same when that changes nothing. Undefined as long as there is none. */
export function reduceNote(note: NoteState | undefined, event: AgentEvent): NoteState | undefined {
  switch (event.type) {
    case 'memory.written':
    case 'memory.updated':
      return note ? change(note, event) : created(versionOf(event), event.data.note_id);
    case 'memory.deleted':
      return note && remove(note, event);
    case 'memory.conflicted': {
      const { other_id } = event.data;
      const index = note?.forks.findIndex(({ event_id }) => event_id === other_id) ?? -1;
      const fork = note?.forks[index];
      if (!note || !fork || fork.conflicted) return note;
      return { ...note, forks: note.forks.with(index, { ...fork, conflicted: true }) };
    }
    default:
      return note;
  }
}

/** A name as a key: some file systems take names that differ in case for one. */
export const nameKey = (domain: string, slug: string): string =>
  `${domain}/${slug}`.normalize('NFC').toLowerCase();
