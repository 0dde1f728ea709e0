import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
import type { Documents } from '../log.ts';
import type { Keys } from './keys.ts';
import type { Link } from './link.ts';
import { defineScript } from './script.ts';

/**
 * Writes a document that still has the revision that its writer has read. The name of the writing is kept with it: one
 * whose answer was lost, and that is repeated, is told the same again.
 *
 * KEYS: meta, the document, the index of documents. ARGV: the log's identity, the document's name, its revision ('' for
 * none), its value, and a name for this writing. Reply: the new revision, or nothing.
 */
const putDocument = defineScript(`
if redis.call('HGET', KEYS[1], 'log_id') ~= ARGV[1] then return redis.error_reply('REPLACED log') end
local stored = redis.call('HMGET', KEYS[2], 'revision', 'writing')
if stored[2] == ARGV[5] then return tonumber(stored[1]) end
if (stored[1] or '') ~= ARGV[3] then return false end
local revision = redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('HSET', KEYS[2], 'revision', revision, 'value', ARGV[4], 'writing', ARGV[5])
redis.call('ZADD', KEYS[3], 0, ARGV[2])
return revision
`);

/**
 * KEYS: the document, the index of documents, a key that remembers this deletion for who repeats it.
 * ARGV: the document's name, its revision, milliseconds for which it is remembered. Reply: 1 if it was deleted.
 */
const deleteDocument = defineScript(`
if redis.call('EXISTS', KEYS[3]) == 1 then return 1 end
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('SET', KEYS[3], '', 'PX', ARGV[3])
return 1
`);

/** KEYS: the document. Reply: revision and value, or nothing. */
const getDocument = defineScript(`
local stored = redis.call('HMGET', KEYS[1], 'revision', 'value')
return stored[1] and stored
`);

/**
 * KEYS: the index of documents. ARGV: the beginning of the keys of documents, the name behind which it looks, the name
 * before which it ends, how many it gives at most, and after how many bytes it gives no more.
 * Reply: name, revision and value of each.
 */
const listDocuments = defineScript(`
local found, bytes = {}, 0
for _, name in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '(' .. ARGV[2], '(' .. ARGV[3], 'LIMIT', 0, ARGV[4])) do
  local stored = redis.call('HMGET', ARGV[1] .. name, 'revision', 'value')
  found[#found + 1] = { name, stored[1], stored[2] }
  bytes = bytes + #stored[2]
  if bytes > tonumber(ARGV[5]) then break end
end
return found
`);

const NAME = /^[\w/-]+$/;
/** Documents per page, and bytes after which one is full: bounds the time for which the server does nothing else. */
const PAGE = [200, 1_000_000] as const;
/** Much longer than anybody goes on repeating. */
const REMEMBERED_MS = 60_000;

const revisionSchema = z.int().nullable();
const revisionText = z.string().transform(Number).pipe(z.int());
const storedSchema = z.tuple([revisionText, z.string()]).nullable();
const pageSchema = z.array(z.tuple([z.string(), revisionText, z.string()]));

function checkName(name: string): string {
  if (NAME.test(name)) return name;
  throw new LineclearError(
    'invalid_input',
    `The key '${name}' is not made of letters, digits and -_/ alone.`,
  );
}

/** @param storedId identity of the log: nothing is written beside another one that took its place */
export function createDocuments(link: Link, keys: Keys, storedId: string): Documents {
  return {
    async get(key) {
      const stored = storedSchema.parse(
        await link.run((client) => getDocument(client, [keys.document(checkName(key))], [])),
      );
      return stored ? { key, revision: stored[0], value: stored[1] } : undefined;
    },

    async put(key, value, revision) {
      const scriptKeys = [keys.meta, keys.document(checkName(key)), keys.documents];
      const args = [storedId, key, revision ?? '', value, randomUUID()];
      const reply = await link.run((client) => putDocument(client, scriptKeys, args));
      return revisionSchema.parse(reply) ?? undefined;
    },

    async delete(key, revision) {
      const scriptKeys = [keys.document(checkName(key)), keys.documents, keys.deletion(randomUUID())];
      const args = [key, revision, REMEMBERED_MS];
      return (await link.run((client) => deleteDocument(client, scriptKeys, args))) === 1;
    },

    async *list(prefix) {
      for (let last = prefix; ;) {
        // '~' follows every character that a name may have.
        const args = [keys.document(''), last, `${prefix}~`, ...PAGE];
        const page = pageSchema.parse(
          await link.run((client) => listDocuments(client, [keys.documents], args)),
        );
        if (page.length === 0) return;
        for (const [key, revision, value] of page) yield { key, revision, value };
        last = page.at(-1)?.[0] ?? last;
      }
    },
  };
}
