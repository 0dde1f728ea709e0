import * as z from 'zod';
import type { LogOptions } from '../../src/log/open.ts';

const schema = z.discriminatedUnion('backend', [
  z.object({
    backend: z.literal('sqlite'),
    file: z.string(),
    tenantId: z.string(),
    durability: z.literal('process'),
  }),
  z.object({ backend: z.enum(['redis', 'nats']), url: z.string(), tenantId: z.string() }),
]);

/** Which log, as a process is told in its first argument. */
export function logOptionsOf([, , json = '']: readonly string[]): LogOptions {
  return schema.parse(JSON.parse(json));
}
