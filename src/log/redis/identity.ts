import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { LineclearError } from '../../contract/errors.ts';
import type { AgentEvent } from '../../contract/event.ts';
import type { Client } from './client.ts';
import type { Keys } from './keys.ts';
import { readBounds } from './read-script.ts';
import { defineScript } from './script.ts';

/** Of the keys and what they hold; grows when older versions could not read it. */
const FORMAT = 1;

/** The oldest version of the server whose streams can do what is needed here. */
const OLDEST_SERVER = '7.0.0';

/**
 * KEYS: meta, log. ARGV: identity for a new log, its format, its tenant.
 * Reply: identity, epoch and format; or nothing where others have put something in the place of the log.
 */
const identify = defineScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  if redis.call('EXISTS', KEYS[2]) == 1 then return false end
  redis.call('HSET', KEYS[1], 'log_id', ARGV[1], 'epoch', 0, 'format', ARGV[2], 'tenant_id', ARGV[3])
end
return redis.call('HMGET', KEYS[1], 'log_id', 'epoch', 'format')
`);

/** KEYS: meta. ARGV: the epoch that ended. Counts it once, however many notice it. */
const endEpoch = defineScript(`
if redis.call('HGET', KEYS[1], 'epoch') == ARGV[1] then redis.call('HINCRBY', KEYS[1], 'epoch', 1) end
return 1
`);

const boundsSchema = z.tuple([z.int(), z.int()]);
const identitySchema = z.tuple([z.string(), z.string(), z.string()]).nullable();

export interface Identity {
  /** Of the stored log. */
  readonly storedId: string;
  /** Of the log without the events that a server has lost after they were acknowledged. */
  readonly logId: string;
  /** Remembers an event that is stored now. */
  saw(event: AgentEvent): void;
  /**
   * Looks whether the log is still the one that was opened and has what this process has seen in it. Throws
   * `log_replaced` if it was flushed or put in the place of another, or if a restart or a change of the primary took events
   * with it that were acknowledged: their numbers may be in use again.
   */
  check(client: Client): Promise<void>;
}

export async function checkServer(client: Client, address: string): Promise<void> {
  const info = await client.info('server').catch(() => '');
  const version = /^redis_version:(\S+)/m.exec(info)?.[1];
  // Who may not ask finds out with the first command that is missing.
  if (version === undefined || version.localeCompare(OLDEST_SERVER, 'en', { numeric: true }) >= 0) return;
  throw new LineclearError(
    'log_unsupported',
    `The Redis server at ${address} is of version ${version}; the log needs ${OLDEST_SERVER} or newer.`,
  );
}

/** Finds out which log it is; makes a new one where there is none. Throws `log_foreign`, `log_newer`. */
export async function openIdentity(
  client: Client,
  keys: Keys,
  tenantId: string,
  address: string,
): Promise<Identity> {
  const ask = async () =>
    identitySchema.parse(await identify(client, [keys.meta, keys.log], [randomUUID(), FORMAT, tenantId]));
  const found = await ask();
  if (!found)
    throw new LineclearError('log_foreign', `${keys.log} at ${address} is a stream of another program.`);
  const [storedId, epoch, format] = found;
  if (Number(format) > FORMAT) {
    throw new LineclearError(
      'log_newer',
      `The log at ${address} has format ${format}; this version of Lineclear knows ${FORMAT}.`,
    );
  }
  let seen: { readonly sequence: number; readonly id: string } | undefined;

  return {
    storedId,
    logId: epoch === '0' ? storedId : `${storedId}/${epoch}`,

    saw({ sequence, id, type }) {
      // The id that stands for an unreadable entry is not stored.
      if (type !== 'unknown' && sequence > (seen?.sequence ?? 0)) seen = { sequence, id };
    },

    async check(peer) {
      const now = await peer.hget(keys.meta, 'log_id');
      if (now !== storedId) {
        const problem = now === null ? 'is gone' : 'was replaced by another one';
        throw new LineclearError('log_replaced', `The log at ${address} ${problem} while it was in use.`);
      }
      // More may be seen while this is asked.
      const known = seen;
      if (!known) return;
      const score = await peer.zscore(keys.ids, known.id);
      if (score !== null && Number(score) === known.sequence) return;
      const [truncatedAt] = boundsSchema.parse(await readBounds(peer, [keys.meta, keys.log], []));
      if (score === null && known.sequence <= truncatedAt) return;
      await endEpoch(peer, [keys.meta], [epoch]);
      throw new LineclearError(
        'log_replaced',
        `The server at ${address} has lost events of the log that it had acknowledged, up to ${known.sequence}.`,
      );
    },
  };
}
