import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openLog } from '../../src/log/open.ts';
import { describeEventLog } from './conformance.ts';
import { type NatsServer, startNats } from './nats-server.ts';

let server: NatsServer;
beforeAll(async () => {
  server = await startNats();
});
afterAll(() => server.dispose());

// The name of the folder that holds the place is another one in each test.
describeEventLog('nats', (place, options) =>
  openLog({
    backend: 'nats',
    url: server.url,
    name: `${path.basename(path.dirname(place))}-${path.basename(place)}`,
    ...options,
  }),
);
