import type { StoredEvent } from '../../contract/decode.ts';
import { messageOf } from '../../contract/errors.ts';
import { storedEnvelopeSchema } from '../../contract/event.ts';
import { placeJson } from '../event-json.ts';
import type { Appended } from './event-log.ts';
import { familyOf } from './keys.ts';
import type { Link } from './link.ts';
import { defineScript } from './script.ts';

export const DEFAULT_CHANNEL = 'lineclear:events';
/** What listeners without streams want to hear of. */
export const DEFAULT_FAMILIES: readonly string[] = ['agent', 'context', 'memory'];

/** ARGV: the channel, and the texts for it. */
const publishAll = defineScript(`
for i = 2, #ARGV do redis.call('PUBLISH', ARGV[1], ARGV[i]) end
`);

export interface Notifications {
  /** Sends each event as JSON, if its family is one of those that are published. Does not wait, and never throws. */
  publish(events: readonly Appended[]): void;
  /** Sends what is left to be sent, if the server is there. */
  close(): Promise<void>;
}

export interface NotificationOptions {
  /** A connection of its own, which is open. */
  readonly link: Link;
  readonly channel: string;
  readonly families: readonly string[];
  /** Told why an event was not published. */
  readonly onError: (message: string) => void;
}

/**
 * A plain channel (PUBLISH): whoever listens hears of events as they are appended, at most once, and misses what happens
 * while nobody or nothing is connected. The log is the record; this is for those who only want to be told.
 */
export function createNotifications(options: NotificationOptions): Notifications {
  const { link, channel, onError } = options;
  const families = new Set(options.families);
  const tell = (error: unknown) => onError(messageOf(error));
  let waiting: string[] = [];
  let turn: NodeJS.Immediate | undefined;

  async function sendAll(): Promise<void> {
    turn = undefined;
    const texts = waiting;
    waiting = [];
    try {
      // Each of them once at most: what was lost with a connection is not sent again.
      await link.run((client) => publishAll(client, [], [channel, ...texts]).catch(tell));
    } catch (error) {
      tell(error);
    }
  }

  return {
    publish(events) {
      for (const { event, json } of events) {
        if (families.has(familyOf(event.type))) waiting.push(placeJson(event.sequence, json));
      }
      // After what is being appended: nobody waits for this.
      if (waiting.length > 0) turn ??= setImmediate(() => void sendAll());
    },
    async close() {
      clearImmediate(turn);
      if (waiting.length > 0 && link.state.connected) await sendAll();
      link.close();
    },
  };
}

export interface ListenOptions {
  /** A connection of its own: one that listens can do nothing else. */
  readonly link: Link;
  readonly channel: string;
  readonly onEvent: (event: StoredEvent) => void;
  /** Told of a message that is not an event. */
  readonly onError: (message: string) => void;
}

/** Connects and listens to the channel until the link is closed, also after a loss of the connection. */
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
