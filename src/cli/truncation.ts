import type { App } from '../app.ts';
import { counted } from '../state/wording.ts';
import type { Terminal } from './terminal.ts';

/** For who reads all there is: up to where history is truncated, once that is told. */
export async function knownTruncation(app: App, terminal: Terminal): Promise<number> {
  const truncatedAt = await app.truncatedAt();
  const { history } = app.world;
  const what = history
    ? `${counted(history.events, 'event')} of ${counted(history.tasks, 'task')}`
    : 'events';
  if (truncatedAt > 0)
    await terminal.hint(
      `History is truncated: up to event ${truncatedAt}, ${what} are missing here; see lineclear archive list.`,
    );
  return truncatedAt;
}
