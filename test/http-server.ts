import { once } from 'node:events';
import http from 'node:http';
import { onTestFinished } from 'vitest';
import * as z from 'zod';

/** A server on the loopback interface, which ends with the test; its address, with a slash at its end. */
export async function serveHttp(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer).listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return `http://127.0.0.1:${port}/`;
}
