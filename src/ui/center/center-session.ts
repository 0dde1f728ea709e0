import type { CenterIntent } from './intent.ts';
import {
  type ActionView,
  type CenterMessage,
  type CenterPageState,
  type LaneView,
  type NumbersView,
  type TargetView,
  centerPageState,
} from './protocol.ts';
import { Timeline } from './timeline.ts';
import type { TimeRange } from './time-view.ts';

type Unavailable = Omit<Extract<CenterMessage, { type: 'unavailable' }>, 'type'>;

const FIRST_TARGET = 'workspace';
const FIRST_SPAN = 15 * 60_000;

/** What the page knows: events, who there is, what can be asked for, and what the person is about to ask. No DOM. */
export class CenterSession {
  readonly timeline = new Timeline();
  readonly #lanes = new Map<string, LaneView>();
  #unavailable: Unavailable | undefined = { reason: 'opening' };
  #numbers: NumbersView | undefined;
  #targets: readonly TargetView[] = [];
  #trusted = true;
  #offered: readonly ActionView[] = [];
  #actionId: string | undefined;
  #state: CenterPageState = {
    span: FIRST_SPAN,
    target: undefined,
    until: undefined,
    draft: '',
    folded: [],
    as_list: false,
  };
  #sending = false;
  #asking = false;
  #error: string | undefined;

  constructor(saved: unknown) {
    const state = centerPageState.safeParse(saved);
    if (state.success) this.#state = state.data;
  }

  get unavailable(): Unavailable | undefined {
    return this.#unavailable;
  }

  get numbers(): NumbersView | undefined {
    return this.#numbers;
  }

  get lanes(): ReadonlyMap<string, LaneView> {
    return this.#lanes;
  }

  get targets(): readonly TargetView[] {
    return this.#targets;
  }

  get trusted(): boolean {
    return this.#trusted;
  }

  /** Id of the chosen target; who has gone is not chosen any more. */
  get target(): string {
    const { target } = this.#state;
    return this.#targets.some(({ id }) => id === target) ? (target ?? FIRST_TARGET) : FIRST_TARGET;
  }

  get offered(): readonly ActionView[] {
    return this.#offered;
  }

  get action(): ActionView | undefined {
    return this.#offered.find(({ id }) => id === this.#actionId) ?? this.#offered[0];
  }

  get draft(): string {
    return this.#state.draft;
  }

  get sending(): boolean {
    return this.#sending;
  }

  /** Why what was asked for is not carried out. */
  get error(): string | undefined {
    return this.#error;
  }

  get maySend(): boolean {
    const { action, draft } = this;
    if (!action || this.#sending || !this.#trusted) return false;
    return action.words !== 'required' || draft.trim() !== '';
  }

  get state(): CenterPageState {
    return this.#state;
  }

  get folded(): ReadonlySet<string> {
    return new Set(this.#state.folded);
  }

  /** What was seen when the page was there last; undefined when it followed the present, or never was there. */
  get seenUntil(): number | undefined {
    return this.#state.until;
  }

  receive(message: CenterMessage): void {
    switch (message.type) {
      case 'unavailable':
        this.#unavailable = message;
        return;
      case 'overview': {
        const { numbers, lanes, targets, trusted } = message.overview;
        this.#unavailable = undefined;
        this.#numbers = numbers;
        this.#targets = targets;
        this.#trusted = trusted;
        for (const lane of lanes) this.#lanes.set(lane.id, lane);
        return;
      }
      case 'items':
        if (message.place === 'first') this.timeline.reset();
        else if (message.place === 'older') this.timeline.prepend(message.items);
        else this.timeline.append(message.items);
        this.timeline.hasOlder = message.has_older && !this.timeline.isFull;
        this.#asking = false;
        return;
      case 'actions':
        if (message.target === this.target) this.#offered = message.actions;
        return;
      case 'settled':
        this.#sending = false;
        this.#error = message.error;
        if (message.error === undefined) this.#keep({ draft: '' });
    }
  }

  /** Takes note of what is seen. Returns what to ask for: older events, once it reaches back so far. */
  see({ from, until }: TimeRange, follows: boolean): CenterIntent | undefined {
    this.#keep({ span: until - from, until: follows ? undefined : until });
    const { range, hasOlder } = this.timeline;
    if (!range || !hasOlder || this.#asking || from >= range.from) return undefined;
    this.#asking = true;
    return { type: 'older' };
  }

  choose(target: string): CenterIntent {
    this.#keep({ target });
    this.#offered = [];
    this.#error = undefined;
    return { type: 'choose', target };
  }

  chooseAction(id: string): void {
    this.#actionId = id;
    this.#error = undefined;
  }

  write(draft: string): void {
    this.#keep({ draft });
  }

  fold(section: string): void {
    const { folded } = this;
    this.#keep({
      folded: folded.has(section) ? [...folded].filter((other) => other !== section) : [...folded, section],
    });
  }

  showList(as_list: boolean): void {
    this.#keep({ as_list });
  }

  send(): CenterIntent | undefined {
    const { action, target, draft } = this;
    if (!action || !this.maySend) return undefined;
    this.#sending = true;
    this.#error = undefined;
    return { type: 'act', target, action: action.id, words: action.words === 'none' ? '' : draft.trim() };
  }

  #keep(change: Partial<CenterPageState>): void {
    this.#state = { ...this.#state, ...change };
  }
}
