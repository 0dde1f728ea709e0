import type { App } from '../app.ts';
import type { AgentEvent } from '../contract/event.ts';
import { type ActivityFilter, fitsFilter } from '../state/activity-filter.ts';
import { type ActivityEntry, activityEntryOf } from '../state/activity.ts';
import { ACTIVITY_LIMIT, type World } from '../state/world.ts';

/** As many rows as a person scrolls through, and as many more each time they are asked for. */
const ROWS = 200;
/** Sequences that are read at once: between pages the rows are drawn and the reading can be stopped. */
const PAGE = 2000;

export interface ActivityFeedDeps {
  readonly app: () => App | undefined;
  /** Rows came, or a reading began or ended. */
  readonly onChange: () => void;
  readonly report: (what: string, error: unknown) => void;
}

/** What the view shows: entries, the newest last, and how it goes on before them. */
export interface ActivityRows {
  readonly entries: readonly ActivityEntry[];
  /** `all`: there is nothing before them. `reading`: it is being looked for. */
  readonly before: 'all' | 'more' | 'reading';
}

/**
 * The entries of activity that fit a filter: live ones as they come, and older ones than the state keeps, read from the
 * log backwards when they are asked for.
 */
export class ActivityFeed {
  readonly #deps: ActivityFeedDeps;
  #filter: ActivityFilter;
  #entries: ActivityEntry[] = [];
  #rows = ROWS;
  /** The first sequence that was looked at; what is before it is not known here. */
  #oldest = 1;
  #newest = 0;
  #reading: AbortController | undefined;

  constructor(deps: ActivityFeedDeps, filter: ActivityFilter) {
    this.#deps = deps;
    this.#filter = filter;
  }

  /** Begins anew with what the state keeps; under a filter that somebody has just set, the log is searched as well. */
  begin(world: World, filter: ActivityFilter = this.#filter): void {
    this.#reading?.abort();
    this.#reading = undefined;
    this.#filter = filter;
    this.#rows = ROWS;
    this.#entries = [];
    this.#newest = 0;
    const [first] = world.activity;
    this.#oldest = first && world.activity.length >= ACTIVITY_LIMIT ? first.sequence : 1;
    this.#take(world.activity);
  }

  /** Takes what has just happened. */
  add(events: readonly AgentEvent[]): void {
    this.#take(events.flatMap((event) => activityEntryOf(event) ?? []));
  }

  /** The rows as of this world. */
  rows(world: World): ActivityRows {
    this.#take(world.activity);
    const isMore = this.#oldest > 1 || this.#entries.length > this.#rows;
    return {
      entries: this.#entries.slice(-this.#rows),
      before: this.#reading ? 'reading' : isMore ? 'more' : 'all',
    };
  }

  /** Shows more rows, and reads them from the log if there are none here. Asked again meanwhile, it stops reading. */
  showOlder(): void {
    if (this.#reading) {
      this.#reading.abort();
      return;
    }
    this.#rows = Math.min(this.#rows, this.#entries.length) + ROWS;
    this.search();
  }

  /** Reads backwards until there are as many rows as are to be shown. */
  search(): void {
    if (this.#reading || this.#entries.length >= this.#rows || this.#oldest <= 1) {
      this.#deps.onChange();
      return;
    }
    const reading = new AbortController();
    this.#reading = reading;
    this.#deps.onChange();
    this.#readBack(reading.signal)
      .catch((error: unknown) => this.#deps.report('Older activity could not be read', error))
      .finally(() => {
        if (this.#reading !== reading) return;
        this.#reading = undefined;
        this.#deps.onChange();
      });
  }

  async #readBack(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#oldest > 1 && this.#entries.length < this.#rows) {
      const app = this.#deps.app();
      if (!app) return;
      const until = this.#oldest - 1;
      const after = Math.max(0, until - PAGE);
      const found: ActivityEntry[] = [];
      for await (const event of app.events({ after, until, truncatedAt: Infinity })) {
        if (signal.aborted) return;
        const entry = activityEntryOf(event);
        if (entry && fitsFilter(entry, this.#filter)) found.push(entry);
      }
      this.#entries.unshift(...found);
      this.#oldest = after + 1;
      this.#deps.onChange();
    }
  }

  #take(entries: readonly ActivityEntry[]): void {
    for (const entry of entries) {
      if (entry.sequence <= this.#newest) continue;
      this.#newest = entry.sequence;
      if (fitsFilter(entry, this.#filter)) this.#entries.push(entry);
    }
    // What nobody has asked for is forgotten again, now and then.
    if (this.#reading || this.#entries.length < 2 * this.#rows + ROWS) return;
    this.#entries = this.#entries.slice(-this.#rows);
    this.#oldest = this.#entries[0]?.sequence ?? this.#oldest;
  }
}
