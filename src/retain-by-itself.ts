import type { Config } from './config.ts';
import { hasCode, messageOf } from './contract/errors.ts';
import { counted } from './state/counted.ts';
import { retainLog } from './retain-log.ts';

export interface RetainByItselfOptions {
  readonly root: string;
  readonly overrides?: unknown;
  /** Looked up each time. */
  readonly retention: () => Config['retention'];
  /** Ends what is under way; what is archived stays so. */
  readonly signal: AbortSignal;
  readonly note: (line: string) => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Archives or deletes what is old, where the configuration says so, at most once a day; call it when nothing is to be done. */
export function retainByItself({
  root,
  overrides,
  retention,
  signal,
  note,
}: RetainByItselfOptions): () => Promise<void> {
  let notBefore = 0;

  return async () => {
    const { mode } = retention();
    if (mode === 'keep' || performance.now() < notBefore) return;
    notBefore = performance.now() + DAY_MS;
    try {
      const given = {
        root,
        overrides,
        source: 'orchestrator',
        mode,
        dryRun: false,
        thorough: false,
      } as const;
      const { tasks, events } = await retainLog({ ...given, signal });
      if (tasks === 0) return;
      const verb = mode === 'archive' ? 'archived' : 'deleted';
      note(`${verb} ${counted(events, 'event')} of ${counted(tasks, 'task')} that ended long ago`);
    } catch (error) {
      if (!signal.aborted)
        note(hasCode(error, 'log_busy') ? 'another process archives old history' : messageOf(error));
    }
  };
}
