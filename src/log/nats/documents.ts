import { LineclearError } from '../../contract/errors.ts';
import type { Documents, StoredDocument } from '../log.ts';
import type { Kv } from './kv.ts';

const PREFIX = 'documents.';
const KEY = /^[\w/-]+$/;
/** Documents that are fetched at once for a list. */
const WINDOW = 16;

/** In the bucket the parts of a key are parted by dots, so that the server can look for the beginning of a key. */
function toEntry(key: string): string {
  if (!KEY.test(key)) {
    throw new LineclearError(
      'invalid_input',
      `The key '${key}' is not made of letters, digits and -_/ alone.`,
    );
  }
  return PREFIX + toPath(key);
}

const toPath = (key: string) =>
  key
    .split('/')
    .map((part) => part || '=')
    .join('.');

const toKey = (entry: string) => entry.slice(PREFIX.length).replaceAll('.', '/').replaceAll('=', '');

export function createDocuments(kv: Kv): Documents {
  async function get(key: string): Promise<StoredDocument | undefined> {
    const entry = await kv.get(toEntry(key));
    return entry && { key, ...entry };
  }

  async function keysOf(prefix: string): Promise<string[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    const pattern = folder === '' ? '>' : `${toPath(folder.slice(0, -1))}.>`;
    const keys: string[] = [];
    for await (const entry of kv.keys(PREFIX + pattern)) keys.push(toKey(entry));
    return keys.filter((key) => key.startsWith(prefix)).toSorted();
  }

  return {
    get,
    put: async (key, value, revision) => await kv.put(toEntry(key), value, revision),
    delete: async (key, revision) => await kv.delete(toEntry(key), revision),

    async *list(prefix) {
      const keys = await keysOf(prefix);
      for (let from = 0; from < keys.length; from += WINDOW) {
        const found = await Promise.all(keys.slice(from, from + WINDOW).map(get));
        // One that was deleted meanwhile is not there any more.
        for (const document of found) if (document) yield document;
      }
    },
  };
}
