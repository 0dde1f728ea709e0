import { Redis } from 'ioredis';
import { openLog } from '../../src/log/open.ts';
import { startRedis } from '../../test/log/redis-server.ts';
import { type Backend, type Raw, openSubject } from './subject.ts';

const STREAM = 'raw';
const GROUP = 'workers';
/** Entries per reading. */
const PAGE = 500;

/** The fields of an entry, as XRANGE and XREADGROUP give them: one, with the event as JSON. */
const parse = (fields: readonly string[] | null): unknown => JSON.parse(fields?.[1] ?? '');

async function openRaw(url: string): Promise<Raw> {
  const [client, peer] = [new Redis(url), new Redis(url)];
  await client.xgroup('CREATE', STREAM, GROUP, '$', 'MKSTREAM');
  return {
    append: (json) => client.xadd(STREAM, '*', 'event', json),
    async follow(listener) {
      const [newest] = await peer.xrevrange(STREAM, '+', '-', 'COUNT', 1);
      const read = async (last: string): Promise<void> => {
        const found = await peer.xread('BLOCK', 0, 'STREAMS', STREAM, last);
        const entries = found?.[0]?.[1] ?? [];
        for (const _ of entries) listener();
        await read(entries.at(-1)?.[0] ?? last);
      };
      read(newest?.[0] ?? '0-0').catch(() => undefined);
    },
    async replay() {
      let count = 0;
      for (let last = '-'; ;) {
        const page = await client.xrange(STREAM, last, '+', 'COUNT', PAGE);
        for (const [, fields] of page) parse(fields);
        count += page.length;
        const [newest] = page.slice(-1);
        if (!newest || page.length < PAGE) return count;
        last = `(${newest[0]}`;
      }
    },
    async deliver(count) {
      for (let left = count; left > 0;) {
        const found = await client.xreadgroup('GROUP', GROUP, 'one', 'COUNT', PAGE, 'STREAMS', STREAM, '>');
        const entries = found?.[0]?.[1] ?? [];
        for (const [, fields] of entries) parse(fields);
        await Promise.all(entries.map(([id]) => client.xack(STREAM, GROUP, id)));
        left -= entries.length;
      }
    },
    async close() {
      client.disconnect();
      peer.disconnect();
    },
  };
}

/** The least that stores an event once, however often it is sent. KEYS: stream, ids. ARGV: id, event. */
const APPEND_ONCE = `
if redis.call('ZSCORE', KEYS[2], ARGV[1]) then return end
local entry = redis.call('XADD', KEYS[1], '*', 'event', ARGV[2])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return entry`;

async function openOnce(url: string): Promise<Raw> {
  const raw = await openRaw(url);
  const client = new Redis(url);
  const sha = String(await client.script('LOAD', APPEND_ONCE));
  return {
    ...raw,
    // The JSON begins with {"id":" and 36 characters.
    append: (json) => client.evalsha(sha, 2, STREAM, 'ids', json.slice(7, 43), json),
    async close() {
      client.disconnect();
      await raw.close();
    },
  };
}

const beside = (name: string, openReference: (url: string) => Promise<Raw>, reference: string): Backend => ({
  name,
  note: `Redis on this machine, appendonly, appendfsync everysec as it comes; reference: ${reference}`,
  async open() {
    const server = await startRedis('--appendfsync', 'everysec');
    const url = server.url();
    return await openSubject(
      () => openLog({ backend: 'redis', url, tenantId: 'local' }),
      () => openReference(url),
      () => server.dispose(),
    );
  },
});

export const redis = beside(
  'redis',
  openRaw,
  'XADD of finished JSON, a blocked XREAD, XREADGROUP with an XACK each',
);

/** Beside an append that can be repeated, as that of a log must be: XADD by itself would store the event twice. */
export const redisOnce = beside(
  'redis_once',
  openOnce,
  'a script that looks an id up, adds finished JSON by XADD and notes the id; a blocked XREAD',
);
