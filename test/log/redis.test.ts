import { afterAll, beforeAll } from 'vitest';
import { openLog } from '../../src/log/open.ts';
import { describeEventLog } from './conformance.ts';
import { type RedisServer, startRedis } from './redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.dispose());

/** Each place is a database of its own. */
const databases = new Map<string, number>();
function databaseOf(place: string): number {
  const database = databases.get(place) ?? databases.size;
  databases.set(place, database);
  return database;
}

describeEventLog(
  'redis',
  (place, { now, tenantId }) =>
    openLog({ backend: 'redis', url: server.url(databaseOf(place)), tenantId, now, serverClock: now }),
  { sharedByTenants: 'a server holds the logs of many tenants, each under keys of its own' },
);
