import type { OrchestratorSettings } from './settings.ts';

/** `idle`: nothing is to be done. `retired`: a newer one takes over. `outdated`: the log needs a newer one. */
export type EndReason = 'idle' | 'retired' | 'outdated';

/** How long an orchestrator is there. */
export interface Lifetime {
  /** Aborted when it ends. */
  readonly ending: AbortSignal;
  readonly reason: EndReason;
  end(reason: EndReason): void;
  /** Looks whether there is a reason to end, after anything has changed: the time of having nothing to do counts anew. */
  watch(): void;
  /** Ends it, for whatever reason. */
  close(): void;
  /** Resolves when what is done at leisure has ended. */
  rested(): Promise<void>;
}

interface LifetimeOptions {
  readonly settings: Pick<OrchestratorSettings, 'idleExit'>;
  /** Never end for lack of work. */
  readonly stay: boolean;
  /** Aborted when this one is to end as soon as no turn is at work, because a newer one waits. */
  readonly retire: AbortSignal;
  /** A line for the orchestrator's own log. */
  readonly note: (line: string) => void;
  readonly hasWork: () => boolean;
  /** Whether a turn is at work. */
  readonly isWorking: () => boolean;
  /** What is done at leisure when nothing was to be done for a while, as long as that is so. */
  readonly chores: readonly (() => Promise<void>)[];
}

export function createLifetime(options: LifetimeOptions): Lifetime {
  const { settings, note } = options;
  const ended = new AbortController();
  let reason: EndReason = 'idle';
  let timer: NodeJS.Timeout | undefined;
  let resting: Promise<void> | undefined;

  const isIdle = () => !ended.signal.aborted && !options.hasWork();

  function end(because: EndReason): void {
    reason = because;
    ended.abort();
  }

  async function rest(): Promise<void> {
    for (const chore of options.chores) if (isIdle()) await chore();
    if (options.stay || !isIdle()) return;
    note(`nothing to do for ${settings.idleExit} s: ending`);
    end('idle');
  }

  return {
    ending: ended.signal,
    get reason() {
      return reason;
    },
    end,
    watch() {
      clearTimeout(timer);
      if (ended.signal.aborted) return;
      if (options.retire.aborted && !options.isWorking()) return end('retired');
      if (!isIdle()) return;
      timer = setTimeout(() => {
        resting = rest();
      }, settings.idleExit * 1000);
    },
    close() {
      clearTimeout(timer);
      ended.abort();
    },
    rested: async () => await resting,
  };
}
