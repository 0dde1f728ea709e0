import * as z from 'zod';
import type { LogFacts } from '../log.ts';
import type { Link } from './link.ts';

const pairsSchema = z.array(z.string());

/** What the server tells; who may not ask for its settings learns less. */
export const readFacts = (link: Link, log: string): Promise<LogFacts> =>
  link.run(async (client) => {
    const info = await client.info().catch(() => '');
    const told = (name: string) => new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1];
    const configured = async (name: string) =>
      pairsSchema.safeParse(await client.call('CONFIG', 'GET', name).catch(() => [])).data?.[1];
    const [appendOnly, sync, policy] = [
      told('aof_enabled'),
      await configured('appendfsync'),
      told('maxmemory_policy') ?? (await configured('maxmemory-policy')),
    ];
    const { data: bytes } = z.int().safeParse(await client.call('MEMORY', 'USAGE', log).catch(() => null));
    const settings = [
      ...(appendOnly === undefined ? [] : [`appendonly ${appendOnly === '1' ? 'yes' : 'no'}`]),
      ...(sync === undefined ? [] : [`appendfsync ${sync}`]),
      ...(policy === undefined ? [] : [`maxmemory-policy ${policy}`]),
    ];
    return {
      product: `Redis ${told('redis_version') ?? ''}`.trim(),
      survives: survives(appendOnly, sync),
      settings: settings.join(', '),
      ...(bytes === undefined ? {} : { bytes }),
      ...(policy === undefined || policy === 'noeviction' ? {} : { forgets: `maxmemory-policy ${policy}` }),
    };
  });

function survives(appendOnly: string | undefined, sync: string | undefined): LogFacts['survives'] {
  if (appendOnly === '0') return 'nothing';
  if (appendOnly === undefined || sync === undefined) return 'unknown';
  return sync === 'always' ? 'power' : 'crash';
}
