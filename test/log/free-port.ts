import { once } from 'node:events';
import net from 'node:net';

/** Below those that systems give to outgoing connections. */
const [FIRST, LAST] = [10_000, 32_000];

/**
 * A port of this machine that nobody listens on, and that no connection gets while the server that it is for is away: one
 * that tries to reach the server again and again could even be connected to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const server = net.createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue; // it is taken
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
