import { LineclearError } from '../contract/errors.ts';
import type { Actor } from './dead-letters.ts';
import type { Documents, LogBackend } from '../log/log.ts';
import { GroupDocument, storedGroups } from './group-document.ts';
import { skip } from './group-state.ts';

type Backend = Pick<LogBackend, 'documents' | 'log'>;

/** Up to which sequence no group needs the log any more: all that it has, when there is none. */
export async function unneededByGroups(documents: Documents): Promise<number> {
  let upto = Infinity;
  for await (const { state } of storedGroups(documents))
    upto = Math.min(upto, state.position, ...state.outstanding.map(({ sequence }) => sequence - 1));
  return upto;
}

/** How far a group of workers is. */
export interface GroupLag {
  readonly group: string;
  /** The last event that it has looked at. */
  readonly position: number;
  /** Events that it has not looked at. */
  readonly behind: number;
  /** Events that are in the hands of a worker, or wait for another try. */
  readonly outstanding: number;
  /** The event that it stopped at. */
  readonly stoppedAt: number | undefined;
  /** Events that it has not looked at are not in the log any more: it does not go on by itself. */
  readonly isCutOff: boolean;
}

/** Of all groups of a log. */
export async function groupLags({ documents, log }: Backend): Promise<GroupLag[]> {
  const [head, truncatedAt] = [await log.head(), await log.truncatedAt()];
  const lags: GroupLag[] = [];
  for await (const { group, state } of storedGroups(documents)) {
    const { position, outstanding, stopped_at: stoppedAt } = state;
    lags.push({
      group,
      position,
      behind: Math.max(0, head - position),
      outstanding: outstanding.length,
      stoppedAt,
      // One that has taken nothing yet begins with what is left.
      isCutOff: position > 0 && position < truncatedAt,
    });
  }
  return lags;
}

/**
 * Lets a group go on behind events that it has not looked at: `whole`: those that are not in the log any more, `now`: all
 * that there are, which the log then says. What it has begun stays with it. Returns where it was and where it is. Throws `invalid_input` for a group
 * that there is not.
 */
export async function skipInGroup(
  { documents, log }: Backend,
  { source, id }: Actor,
  group: string,
  to: 'whole' | 'now',
): Promise<{ readonly from: number; readonly to: number }> {
  const document = new GroupDocument(documents, group);
  if (!(await document.exists()))
    throw new LineclearError(
      'invalid_input',
      `There is no group '${group}': lineclear group list shows those that there are.`,
      { field: 'group' },
    );
  const position = to === 'now' ? await log.head() : await log.truncatedAt();
  const { position: from } = await document.read();
  if (position <= from) return { from, to: from };
  // First said and then done, so that nobody looks in vain for why a group got nothing.
  const [said] = await log.append([
    {
      type: 'delivery.skipped',
      data: { group, from_sequence: from, to_sequence: position },
      source,
      source_agent_id: id,
      call_chain: [id],
    },
  ]);
  // All that there are: also what was said last.
  const upto = to === 'now' && said ? said.sequence : position;
  await document.update((state) => skip(state, upto));
  return { from, to: position };
}
