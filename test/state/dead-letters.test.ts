import { describe, expect, it } from 'vitest';
import { inboxHeadline } from '../../src/state/inbox-words.ts';
import { createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';

const id = (number: number): string => `01890000-0000-7000-9000-${String(number).padStart(12, '0')}`;

const parked = (number: number, group = 'mail', error_message = 'no connection') =>
  e.step('delivery.parked', {
    group,
    event_id: id(number),
    event_sequence: number,
    event_type: 'test.passed',
    reason: 'handler_failed',
    attempts: 4,
    error_message,
  });
const replayed = (number: number, group = 'mail') =>
  e.step('delivery.replayed', { group, event_id: id(number) });
const settled = (number: number, how: 'handled' | 'deleted', group = 'mail') =>
  e.step('delivery.settled', { group, event_id: id(number), how });

/** As a person sees them: `group sequence: why`. */
const lettersAfter = (...steps: e.Step[]): string[] =>
  worldAfter(steps).deadLetters.map(
    ({ group, event_sequence, error_message, replayed: again }) =>
      `${group} ${event_sequence}: ${again ? 'again' : error_message}`,
  );

describe('dead letters', () => {
  it('are those of each group, the one parked last at the end', () => {
    expect(lettersAfter(parked(1), parked(2), parked(1, 'chat'))).toEqual([
      'mail 1: no connection',
      'mail 2: no connection',
      'chat 1: no connection',
    ]);
  });

  it('are one where the same event is parked twice for a group, with what went wrong last', () => {
    expect(lettersAfter(parked(1), parked(2), parked(1, 'mail', 'full'))).toEqual([
      'mail 2: no connection',
      'mail 1: full',
    ]);
  });

  it('stay while they are handed out again, and until that has succeeded', () => {
    expect(lettersAfter(parked(1), replayed(1))).toEqual(['mail 1: again']);
    expect(lettersAfter(parked(1), replayed(1), parked(1, 'mail', 'full'))).toEqual(['mail 1: full']);
    expect(lettersAfter(parked(1), replayed(1), settled(1, 'handled'))).toEqual([]);
    expect(lettersAfter(parked(1), parked(1, 'chat'), settled(1, 'deleted'))).toEqual([
      'chat 1: no connection',
    ]);
  });

  it('come of what is known only: a replay of none makes none', () => {
    expect(lettersAfter(replayed(1), settled(2, 'handled'))).toEqual([]);
  });

  it('are as many as a view can hold: of more, those that were parked last', () => {
    const many = Array.from({ length: 2005 }, (_, index) => parked(index + 1));
    const letters = lettersAfter(...many);
    expect(letters).toHaveLength(2000);
    expect(letters[0]).toBe('mail 6: no connection');
  });

  it('are the same after a snapshot', () => {
    const world = worldAfter([parked(1), parked(2), replayed(1)]);
    const restored = createWorld(world.serialize());
    expect(restored.deadLetters).toEqual(world.deadLetters);
    expect(restored.inbox).toEqual(world.inbox);
  });

  it('wait in the inbox, one matter for each group, without those that were handed out again', () => {
    const world = worldAfter([parked(1), parked(2, 'mail', 'full'), parked(1, 'chat'), replayed(1, 'chat')]);
    expect(world.inbox.map(inboxHeadline)).toEqual(['2 dead letters of mail']);
    for (const event of e.logOf([replayed(1), settled(2, 'deleted')], world.position)) world.apply(event);
    expect(world.inbox).toEqual([]);
  });
});
