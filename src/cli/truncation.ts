import type { App } from '../app.ts';
import { counted } from '../state/wording.ts';
import type { Terminal } from './terminal.ts';

/** For who reads all there is: up to where history is truncated, once that is told. */
export async function knownTruncation(app: App, terminal: Terminal): Promise<number> {
  const truncatedAt = await app.truncatedAt();
  const { history } = app.world;
  if (truncatedAt > 0)
    await terminal.hint(
      history
        ? `History is truncated: up to event ${truncatedAt}, ${counted(history.events, 'event')} of ${counted(history.tasks, 'task')} are missing here; see lineclear archive list.`
        : `History is truncated: events up to ${truncatedAt} are missing here; they were removed by others than Lineclear.`,
    );
  return truncatedAt;
}
