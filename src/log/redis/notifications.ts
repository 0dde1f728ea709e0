import type { StoredEvent } from '../../contract/decode.ts';
import { messageOf } from '../../contract/errors.ts';
import { storedEnvelopeSchema } from '../../contract/event.ts';
import type { Link } from './link.ts';

export const DEFAULT_CHANNEL = 'lineclear:events';
/** What listeners without streams want to hear of. */
export const DEFAULT_FAMILIES: readonly string[] = ['agent', 'context', 'memory'];

export interface ListenOptions {
  /** A connection of its own: one that listens can do nothing else. */
  readonly link: Link;
  readonly channel: string;
  readonly onEvent: (event: StoredEvent) => void;
  /** Told of a message that is not an event. */
  readonly onError: (message: string) => void;
}

/**
 * Connects and listens to the channel until the link is closed, also after a loss of the connection. Events are published
 * as they are appended, at most once: one that does not listen at that moment misses them. The log is the record; this is
 * for those who only want to be told.
 */
export async function listen({ link, channel, onEvent, onError }: ListenOptions): Promise<void> {
  await link.open();
  await link.run(async (client) => {
    client.on('message', (from: string, text: string) => {
      if (from !== channel) return;
      try {
        onEvent(storedEnvelopeSchema.parse(JSON.parse(text)));
      } catch (error) {
        onError(messageOf(error));
      }
    });
    await client.subscribe(channel);
  });
}
