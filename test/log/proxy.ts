import { once } from 'node:events';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Proxy {
  readonly port: number;
  /** Breaks all connections; new ones are accepted. */
  cut(): void;
  /** Lets the next answer of the server go astray: the connection breaks where it should arrive. */
  loseNextAnswer(): void;
  /** Keeps connections open and lets nothing through any more, or lets what is held back through again. */
  hold(isHeld: boolean): void;
  /** Milliseconds for which each packet is under way. */
  delayMs: number;
  /** Changes what the server says; the length must stay. */
  rewrite: (answer: string) => string;
  close(): Promise<void>;
}

/** A network between a client and the server on `target`, for things that happen to networks. */
export async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<net.Socket>();
  let losesAnswer = false;
  let passage = Promise.resolve();
  let letThrough: (() => void) | undefined;

  async function carry(from: net.Socket, to: net.Socket, isAnswer: boolean): Promise<void> {
    for await (const data of from) {
      await passage;
      if (proxy.delayMs > 0) await sleep(proxy.delayMs);
      if (isAnswer && losesAnswer) {
        losesAnswer = false;
        from.destroy();
        break;
      }
      const text = isAnswer ? proxy.rewrite(Buffer.from(data).toString('latin1')) : undefined;
      if (!to.write(text === undefined ? data : Buffer.from(text, 'latin1'))) await once(to, 'drain');
    }
    to.destroy();
  }

  const server = net.createServer({ noDelay: true }, (client) => {
    const upstream = net.connect({ port: target, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
    }
    // A connection that is broken on purpose ends both ways with an error that is of no interest.
    carry(client, upstream, false).catch(() => upstream.destroy());
    carry(upstream, client, true).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: Proxy = {
    port: address.port,
    cut,
    loseNextAnswer() {
      losesAnswer = true;
    },
    hold(isHeld) {
      letThrough?.();
      if (isHeld) ({ promise: passage, resolve: letThrough } = Promise.withResolvers<void>());
    },
    delayMs: 0,
    rewrite: (answer) => answer,
    async close() {
      letThrough?.();
      cut();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
