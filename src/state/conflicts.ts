import { type ContextConflictItem, type InboxItem, type NoteConflictItem, bySince } from './inbox.ts';
import type { MemoryState } from './memory.ts';
import type { World } from './world.ts';

/** What agents and persons changed at the same time, and nobody but a person can settle. */
function conflictItems({ notes, contexts }: MemoryState): readonly InboxItem[] {
  const ofNotes = [...notes.values()].flatMap((note): NoteConflictItem[] => {
    const fork = note.forks.find(({ conflicted }) => conflicted);
    // The version that could not be merged changes while it is edited; the matter is the same one.
    const item_id = `note:${note.note_id}`;
    return fork ? [{ kind: 'note', item_id, since: fork.at, note }] : [];
  });
  const ofContexts = [...contexts.values()].flatMap(({ agent_id: context_id, conflicts }) =>
    [...Map.groupBy(conflicts, ({ key }) => key)].flatMap(([key, ofKey]): ContextConflictItem[] => {
      const conflict = ofKey.at(-1);
      const others = ofKey.map(({ other }) => other).toReversed();
      const item_id = `context:${context_id}:${key}`;
      return conflict ? [{ kind: 'context', item_id, since: conflict.at, context_id, conflict, others }] : [];
    }),
  );
  return [...ofNotes, ...ofContexts];
}

/** The world with the conflicts of the memory in its inbox, as far as that has been read: a fold of the same log. */
export function withConflicts(world: World, memory: () => MemoryState | undefined): World {
  let inbox: readonly InboxItem[] = [];
  let of: readonly InboxItem[] | undefined;
  let position: number | undefined;
  // Getters one by one: views ask for them thousands of times for each drawing, for which a Proxy is too slow.
  return {
    get position() {
      return world.position;
    },
    get tasks() {
      return world.tasks;
    },
    get archive() {
      return world.archive;
    },
    get agents() {
      return world.agents;
    },
    get inbox() {
      const state = memory();
      // Asked for each row of a view.
      if (of !== world.inbox || position !== state?.position) {
        of = world.inbox;
        position = state?.position;
        inbox = state ? [...of, ...conflictItems(state)].toSorted(bySince) : of;
      }
      return inbox;
    },
    get activity() {
      return world.activity;
    },
    get touches() {
      return world.touches;
    },
    get spending() {
      return world.spending;
    },
    get deadLetters() {
      return world.deadLetters;
    },
    get history() {
      return world.history;
    },
    get ignored() {
      return world.ignored;
    },
  };
}
