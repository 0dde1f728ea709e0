import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import type { LogOptions } from '../../src/log/open.ts';

const NAME = 'bare';

/** Publish and subscribe as the server has it, without a log. */
interface Bare {
  publish(text: string): Promise<unknown>;
  subscribe(listener: (text: string) => void): Promise<void>;
  close(): Promise<unknown>;
}

const urlOf = ({ url = '' }: { readonly url?: string | undefined }): string => url;

/** Undefined for a file, which tells nobody. */
export async function openBare(options: LogOptions): Promise<Bare | undefined> {
  switch (options.backend) {
    case 'sqlite':
      return undefined;
    case 'redis': {
      const client = new Redis(urlOf(options));
      return {
        publish: (text) => client.publish(NAME, text),
        async subscribe(listener) {
          client.on('message', (_, text: string) => listener(text));
          await client.subscribe(NAME);
        },
        close: () => client.quit(),
      };
    }
    case 'nats': {
      const connection = await connect({ servers: urlOf(options) });
      return {
        async publish(text) {
          connection.publish(NAME, text);
          await connection.flush();
        },
        async subscribe(listener) {
          connection.subscribe(NAME, { callback: (_, message) => listener(message.string()) });
          await connection.flush();
        },
        close: () => connection.drain(),
      };
    }
  }
}
