import type { App } from '../app.ts';
import type { AgentEvent } from '../contract/event.ts';
import { createStats } from '../state/stats.ts';
import type { Figures } from '../ui/center/overview-of.ts';
import type { CenterMessage } from '../ui/center/protocol.ts';
import { timelineItemOf } from '../ui/center/timeline-item.ts';

/** What a page gets at first: so many events, unless those of so many hours are fewer. */
const FIRST_EVENTS = 10_000;
const FIRST_MS = 2 * 60 * 60_000;
/** Events per message at most. */
const PAGE = 1000;
/** Events that are read at most to know what was used today. */
const TODAY_EVENTS = 200_000;

export interface CenterFeedDeps {
  readonly app: Pick<App, 'events' | 'world'>;
  readonly post: (message: CenterMessage) => void;
  readonly onError: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const startOfDay = (now: number): number => new Date(now).setHours(0, 0, 0, 0);

/**
 * What one page of the command center knows of the log: the newest events at first, older ones when they are asked for,
 * new ones when they come. Reads one page after the other, from the log itself, so that nothing is missed or sent twice.
 */
export class CenterFeed {
  readonly #deps: CenterFeedDeps;
  readonly #stats = createStats();
  readonly #lanes = new Set<string>();
  /** All up to it was read, from {@link #oldest} on. */
  #newest: number;
  /** The first sequence that the page has. */
  #oldest: number;
  /** The first sequence that is in the figures. */
  #counted: number;
  #isWhole = false;
  #work: Promise<void> = Promise.resolve();
  #pulling = false;
  #closed = false;

  constructor(deps: CenterFeedDeps) {
    this.#deps = deps;
    this.#newest = deps.app.world.position;
    this.#oldest = this.#newest + 1;
    this.#counted = this.#oldest;
  }

  /** Who has events among those that the page has. */
  get lanes(): ReadonlySet<string> {
    return this.#lanes;
  }

  get figures(): Figures {
    const now = this.#deps.now();
    return {
      events_per_minute: this.#stats.eventsPerMinute(now),
      today: this.#stats.usageSince(startOfDay(now)),
      is_whole: this.#isWhole,
    };
  }

  /** Sends what a page gets at first, then reads on to know what was used today. Resolves when it knows. */
  start(): Promise<void> {
    return this.#next(async () => {
      this.#post('first', []);
      const until = this.#deps.now() - FIRST_MS;
      for (let read = 0; read < FIRST_EVENTS; read += PAGE) {
        const first = await this.#readOlder();
        if (!first || Date.parse(first.timestamp) < until) break;
      }
      await this.#countToday();
    });
  }

  /** Sends the page of events before those that were sent. */
  older(): Promise<void> {
    return this.#next(async () => void (await this.#readOlder()));
  }

  /** Sends what has come since; harmless when nothing has. */
  pull(): Promise<void> {
    if (this.#pulling) return this.#work;
    this.#pulling = true;
    return this.#next(async () => {
      this.#pulling = false;
      while (!this.#closed && this.#newest < this.#deps.app.world.position) {
        const events = await this.#read(this.#newest, this.#deps.app.world.position, PAGE);
        this.#newest = events.at(-1)?.sequence ?? this.#newest;
        this.#post('newer', events);
        if (events.length === 0) return;
      }
    });
  }

  close(): void {
    this.#closed = true;
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work
      .then(() => (this.#closed ? undefined : work()))
      .catch((error: unknown) => {
        if (!this.#closed) this.#deps.onError(error);
      });
    return this.#work;
  }

  /** Reads and counts; `until` is inclusive. */
  async #read(after: number, until: number, limit: number): Promise<AgentEvent[]> {
    const events: AgentEvent[] = [];
    for await (const event of this.#deps.app.events({ after, until, limit, truncatedAt: Infinity })) {
      this.#stats.apply(event);
      events.push(event);
    }
    return events;
  }

  /** The first event of the page before; undefined when there is none. */
  async #readOlder(): Promise<AgentEvent | undefined> {
    if (this.#closed || this.#oldest <= 1) return undefined;
    const after = Math.max(0, this.#oldest - 1 - PAGE);
    const events = await this.#read(after, this.#oldest - 1, PAGE);
    this.#oldest = after + 1;
    this.#counted = Math.min(this.#counted, this.#oldest);
    this.#post('older', events);
    return events[0];
  }

  async #countToday(): Promise<void> {
    const midnight = startOfDay(this.#deps.now());
    for (let read = 0; read < TODAY_EVENTS && !this.#closed; read += PAGE) {
      const [first] = await this.#read(this.#counted - 1, this.#counted, 1);
      this.#isWhole = this.#counted <= 1 || (first !== undefined && Date.parse(first.timestamp) < midnight);
      if (this.#isWhole) return;
      const after = Math.max(0, this.#counted - 1 - PAGE);
      await this.#read(after, this.#counted - 1, PAGE);
      this.#counted = after + 1;
    }
  }

  #post(place: 'first' | 'newer' | 'older', events: readonly AgentEvent[]): void {
    if (this.#closed) return;
    const items = events.map((event) => timelineItemOf(event));
    for (const { lane } of items) this.#lanes.add(lane);
    this.#deps.post({ type: 'items', place, items, has_older: this.#oldest > 1 });
  }
}
