import { type ConsumeOptions, type Handler, consume } from './delivery/consume.ts';
import { type Actor, DeadLetters } from './delivery/dead-letters.ts';
import { type GroupLag, groupLags, skipInGroup } from './delivery/groups.ts';
import type { LogBackend } from './log/log.ts';

/** How groups of workers get the events of an opened workspace. */
export interface AppDelivery {
  /**
   * Works as one of a group: hands each event to the handler, again after 1, 4 and 16 seconds when that fails, and then
   * to the dead letters. See `consume`.
   */
  consume(options: Omit<ConsumeOptions, 'actor'>, handler: Handler): Promise<void>;
  readonly groups: {
    /** How far each group of workers is. */
    list(): Promise<GroupLag[]>;
    /** See `skipInGroup`. */
    skip(group: string, to: 'whole' | 'now'): ReturnType<typeof skipInGroup>;
  };
  /** What groups could not handle. */
  readonly deadLetters: Pick<
    DeadLetters,
    'list' | 'get' | 'edit' | 'replay' | 'replayAll' | 'settle' | 'counts'
  >;
}

/** `actor`: in whose name it is recorded what is done to events. */
export const createAppDelivery = (backend: LogBackend, actor: Actor): AppDelivery => ({
  consume: (given, handler) => consume(backend, { ...given, actor }, handler),
  groups: {
    list: () => groupLags(backend),
    skip: (group, to) => skipInGroup(backend, actor, group, to),
  },
  deadLetters: new DeadLetters(backend, actor),
});
