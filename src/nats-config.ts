import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { LogOptions } from './log/open.ts';
import { readTls, tlsSchema } from './log-tls.ts';

/** `[log.nats]`, for a log on a NATS server. */
export const natsSchema = z
  .strictObject({
    ...tlsSchema.shape,
    name: z.string().min(1),
    servers: z.array(z.string().regex(/^[^:/]+:\d+$/, 'must be host:port')).min(1),
    replicas: z.int().min(1).max(5),
  })
  .partial();

interface NatsConfig {
  readonly tenantId: string;
  readonly url: string;
  /** Of the user that the address names; where it names none, a token. */
  readonly password: string | undefined;
  /** Path of a file, from the home folder. */
  readonly credentials: string | undefined;
  readonly nats: z.infer<typeof natsSchema>;
}

/** What `openLog` needs. Throws `invalid_config`. */
export function natsOptionsOf(root: string, config: NatsConfig): LogOptions & { readonly backend: 'nats' } {
  const { tenantId, url, password, credentials, nats } = config;
  const { protocol, username, password: written, pathname } = new URL(url);
  const others = (nats.servers ?? []).map((server) => `${protocol}//${server}`);
  const secret = password ?? (written === '' ? undefined : decodeURIComponent(written));
  return {
    backend: 'nats',
    tenantId,
    url: [url, ...others].join(','),
    ...(username === '' ? { token: secret } : { username: decodeURIComponent(username), password: secret }),
    credentials: credentials && path.resolve(os.homedir(), credentials),
    tls: readTls(root, 'log.nats', nats),
    // One in the address is nearer.
    name: pathname.length > 1 ? undefined : nats.name,
    replicas: nats.replicas,
  };
}
