import { LineclearError } from '../../contract/errors.ts';
import type { EventJson } from '../event-json.ts';
import type { AppendOptions } from '../log.ts';
import type { Picture } from './picture.ts';

/** One call of append. */
export interface Append {
  readonly drafts: readonly Prepared[];
  readonly expected: AppendOptions['expectedVersion'];
}

export interface Prepared extends EventJson {
  /** Whether its id was made for this very append: then nobody can have stored it. */
  readonly fresh: boolean;
}

/** Where an event of a call is, and whether it was there before. */
export interface Place {
  readonly sequence: number;
  readonly isNew: boolean;
}

/** An event that is to be stored. */
export interface Placed extends EventJson {
  readonly sequence: number;
}

export interface Decision {
  /** What is to be stored, with the next sequences. */
  readonly placed: readonly Placed[];
  /** For each call the places of its events, or why it is refused. */
  readonly outcomes: readonly (readonly Place[] | LineclearError)[];
}

/** What becomes of calls, one after the other and each as a whole, if the log is as in the picture. Changes nothing. */
export function decideAppends(
  appends: readonly Append[],
  picture: Pick<Picture, 'head' | 'sequenceOf' | 'versionOf'>,
): Decision {
  const placed: Placed[] = [];
  const ids = new Map<string, number>();
  const versions = new Map<string, number>();
  let { sequence } = picture.head;

  const find = ({ event: { id }, fresh }: Prepared) =>
    ids.get(id) ?? (fresh ? undefined : picture.sequenceOf(id));

  function place(draft: Prepared): Place {
    const { event, json } = draft;
    const found = find(draft);
    if (found !== undefined) return { sequence: found, isNew: false };
    sequence += 1;
    ids.set(event.id, sequence);
    if (event.task_id !== undefined) versions.set(event.task_id, sequence);
    placed.push({ event, json, sequence });
    return { sequence, isNew: true };
  }

  const outcomes = appends.map(({ drafts, expected }) => {
    if (expected && !drafts.every((draft) => find(draft) !== undefined)) {
      const { taskId } = expected;
      const version = versions.get(taskId) ?? picture.versionOf(taskId);
      if (version !== expected.version) {
        return new LineclearError(
          'version_conflict',
          `Task ${taskId} is at version ${version}, not at ${expected.version}.`,
        );
      }
    }
    return drafts.map(place);
  });
  return { placed, outcomes };
}
