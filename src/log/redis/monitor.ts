import * as z from 'zod';
import type { Keys } from './keys.ts';
import { sequenceOf } from './keys.ts';
import type { Link } from './link.ts';

interface GroupInfo {
  readonly name: string;
  readonly consumers: number;
  /** The last event that it was given. */
  readonly delivered: number;
  /** Events that it was given and has not acknowledged. */
  readonly pending: number;
  /** The oldest of them; 0 if there is none. */
  readonly oldestPending: number;
  /** Events that it has not been given yet. */
  readonly lag: number;
}

export interface StreamInfo {
  /** Events that are stored. */
  readonly length: number;
  readonly first: number;
  readonly last: number;
  /** Memory that they take on the server. */
  readonly bytes: number;
  readonly groups: readonly GroupInfo[];
}

const fieldsOf = (reply: readonly unknown[]): Map<unknown, unknown> =>
  new Map(reply.flatMap((name, at) => (at % 2 === 0 ? [[name, reply[at + 1]] as const] : [])));

const listSchema = z.array(z.unknown());
const countSchema = z.int();
const idSchema = z.string().transform(sequenceOf);
const entrySchema = z
  .tuple([idSchema, z.unknown()])
  .transform(([sequence]) => sequence)
  .nullable();

/** What an operator wants to know of the stream `key`: how long it is, and who is behind. */
export async function streamInfo(link: Link, key: Keys['log']): Promise<StreamInfo> {
  const [stream, groups, bytes] = await link.run(async (client) => {
    if ((await client.exists(key)) === 0) return [[], [], 0] as const;
    return await Promise.all([
      client.call('XINFO', 'STREAM', key),
      client.call('XINFO', 'GROUPS', key),
      client.call('MEMORY', 'USAGE', key),
    ]);
  });
  const fields = fieldsOf(listSchema.parse(stream));
  const last = idSchema.catch(0).parse(fields.get('last-generated-id'));
  return {
    length: countSchema.catch(0).parse(fields.get('length')),
    first: entrySchema.catch(null).parse(fields.get('first-entry')) ?? last + 1,
    last,
    bytes: countSchema.catch(0).parse(bytes),
    groups: await Promise.all(listSchema.parse(groups).map((group) => groupInfo(link, key, group, last))),
  };
}

async function groupInfo(link: Link, key: string, reply: unknown, last: number): Promise<GroupInfo> {
  const fields = fieldsOf(listSchema.parse(reply));
  const name = z.string().parse(fields.get('name'));
  const summary = listSchema.parse(await link.run((client) => client.call('XPENDING', key, name)));
  const delivered = idSchema.parse(fields.get('last-delivered-id'));
  return {
    name,
    consumers: countSchema.parse(fields.get('consumers')),
    delivered,
    pending: countSchema.parse(fields.get('pending')),
    oldestPending: idSchema.nullable().parse(summary[1]) ?? 0,
    lag: last - delivered,
  };
}
