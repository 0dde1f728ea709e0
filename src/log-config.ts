import path from 'node:path';
import * as z from 'zod';
import { LineclearError } from './contract/errors.ts';
import { unneededByGroups } from './delivery/groups.ts';
import type { Durability } from './log/log.ts';
import type { LogOptions } from './log/open.ts';
import { logFileIn } from './log-place.ts';
import { type TlsFiles, readTls, tlsSchema } from './log-tls.ts';
import { natsOptionsOf, natsSchema } from './nats-config.ts';

/** What an address of a log begins with, and the backend that it stands for. */
const BACKENDS = {
  'sqlite:': 'sqlite',
  'redis:': 'redis',
  'rediss:': 'redis',
  'nats:': 'nats',
  'tls:': 'nats',
} as const;
function backendOf(url: string): LogOptions['backend'] | undefined {
  const scheme = /^[a-z]+:/.exec(url)?.[0];
  return Object.entries(BACKENDS).find(([name]) => name === scheme)?.[1];
}

const isServer = (text: string) => backendOf(text) !== undefined && Boolean(URL.parse(text)?.hostname);

const url = z
  .string()
  .refine(
    (text) => text === 'sqlite:' || (backendOf(text) !== 'sqlite' && isServer(text)),
    'must be sqlite: or the address of a server: redis://host:6379/0 or nats://host:4222, with TLS rediss:// or tls://',
  );

/** The address of a log. Throws `invalid_input`. */
export function parseLogUrl(text: string): string {
  const result = url.safeParse(text);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new LineclearError('invalid_input', `'${text}' is no address of a log: it ${issue?.message}.`);
}

const name = z.string().min(1);
const families = z.array(z.string().regex(/^[a-z]+$/, 'must be the first part of types, such as "memory"'));

const redis = z
  .strictObject({
    ...tlsSchema.shape,
    server_name: name,
    cluster: z.boolean(),
    sentinels: z.array(z.string().regex(/^[^:]+:\d+$/, 'must be host:port')).min(1),
    sentinel_name: name,
    sentinel_user: name,
    sentinel_tls: z.boolean(),
    channel: name,
    notify: families,
    streams: families,
    max_length: z.int().positive(),
    keep_events: z.int().positive(),
  })
  .partial();

/** `[log]` of one file of configuration. */
export const logSchema = z
  .strictObject({
    tenant: name,
    project: name,
    durability: z.enum(['process', 'power']),
    folder: z
      .string()
      .refine((folder) => path.isAbsolute(folder) || /^~[\\/]/.test(folder), 'must be an absolute path'),
    network: z.enum(['refuse', 'allow']),
    url,
    /** By `host:port`, or `*` for any server. */
    passwords: z.record(z.string(), name),
    /** The same for files of credentials. */
    credentials: z.record(z.string(), name),
    redis,
    nats: natsSchema,
  })
  .partial();

type LogFile = z.infer<typeof logSchema>;

/** Of two files the keys of the stronger one, and of the weaker one those that it leaves out. */
export const mergeLogs = (weak: LogFile = {}, strong: LogFile = {}): LogFile => ({
  ...weak,
  ...strong,
  passwords: { ...weak.passwords, ...strong.passwords },
  credentials: { ...weak.credentials, ...strong.credentials },
  redis: { ...weak.redis, ...strong.redis },
  nats: { ...weak.nats, ...strong.nats },
});

/** The key that holds a secret or says where one is, if one does. */
export function secretKeyOf({ url: address, passwords = {}, credentials = {} }: LogFile = {}):
  | string
  | undefined {
  if (address !== undefined && URL.parse(address)?.password) return 'log.url';
  if (Object.keys(passwords).length > 0) return 'log.passwords';
  return Object.keys(credentials).length > 0 ? 'log.credentials' : undefined;
}

export interface LogConfig {
  readonly tenantId: string;
  /** Where several share a log, whose tasks are carried out here. */
  readonly project: string | undefined;
  readonly durability: Durability;
  /** Where the logs of all workspaces are, if not in these. */
  readonly folder: string | undefined;
  /** What is done with a log on a network file system. */
  readonly network: 'refuse' | 'allow';
  readonly url: string;
  readonly passwords: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
  readonly redis: z.infer<typeof redis>;
  readonly nats: z.infer<typeof natsSchema>;
}

/** A log in the folder is the folder's, whatever its name becomes; on a server the folder's name tells projects apart. */
const projectOf = ({ project, url: address }: LogFile, root: string): string | undefined =>
  project ??
  (address === undefined || isInFile({ url: address }) ? undefined : path.basename(root) || undefined);

export const logConfigOf = (root: string, file: LogFile = {}): LogConfig => ({
  tenantId: file.tenant ?? 'local',
  project: projectOf(file, root),
  durability: file.durability ?? 'process',
  folder: file.folder,
  network: file.network ?? 'refuse',
  url: file.url ?? 'sqlite:',
  passwords: file.passwords ?? {},
  credentials: file.credentials ?? {},
  redis: file.redis ?? {},
  nats: file.nats ?? {},
});

/** Whether it is in a file of the workspace; otherwise it is on a server. */
export const isInFile = ({ url: address }: Pick<LogConfig, 'url'>): boolean =>
  backendOf(address) === 'sqlite';

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  'redis:': '6379',
  'rediss:': '6379',
  'nats:': '4222',
  'tls:': '4222',
};

/** `host:port` of the server, by which passwords are kept. */
function serverOf(address: string): string {
  const { protocol, hostname, port } = new URL(address);
  return `${hostname}:${port || DEFAULT_PORTS[protocol]}`;
}

/** The server that a log is on. */
export interface LogServer {
  /** `user@host:port`, or `host:port`. */
  readonly name: string;
  /** `host:port`. */
  readonly host: string;
  readonly url: string;
  /** Whether there is a password or a file of credentials for it. */
  readonly hasPassword: boolean;
}

/** Undefined for a log in a file. */
export function logServerOf(config: LogConfig): LogServer | undefined {
  if (isInFile(config)) return undefined;
  const { url: address, passwords, credentials } = config;
  const { username, password } = new URL(address);
  const host = serverOf(address);
  const given = ofServer(config, passwords) ?? ofServer(config, credentials) ?? password;
  const user = username === '' ? '' : `${decodeURIComponent(username)}@`;
  return { name: `${user}${host}`, host, url: address, hasPassword: given !== '' };
}

/** What is kept for the server of the log, or for any. */
const ofServer = ({ url: address }: LogConfig, kept: Readonly<Record<string, string>>): string | undefined =>
  kept[serverOf(address)] ?? kept['*'];

/** What ioredis needs to ask sentinels for the primary. They have a password of their own, kept by the address of any of them. */
function sentinelOptions({ url: address, passwords, redis: given }: LogConfig, tls: TlsFiles | undefined) {
  const { sentinels, sentinel_name = 'mymaster', sentinel_user: sentinelUsername } = given;
  if (!sentinels) return undefined;
  const isSecure = address.startsWith('rediss:');
  const { sentinel_tls = isSecure } = given;
  return {
    name: sentinel_name,
    sentinels: sentinels.map((server) => {
      const [host = '', port] = server.split(':');
      return { host, port: Number(port) };
    }),
    sentinelUsername,
    sentinelPassword: sentinels.map((server) => passwords[server]).find((one) => one !== undefined),
    ...(sentinel_tls && { sentinelTLS: tls ?? {} }),
    // Without it the primary that they name would be spoken to in the open, whatever the address says.
    enableTLSForSentinelMode: isSecure,
  };
}

function redisOptions(root: string, config: LogConfig): LogOptions & { readonly backend: 'redis' } {
  const { url: address, redis: given } = config;
  const files = readTls(root, 'log.redis', given);
  const { server_name: servername } = given;
  const tls = files || servername !== undefined ? { ...files, servername } : undefined;
  return {
    backend: 'redis',
    tenantId: config.tenantId,
    url: address,
    password: ofServer(config, config.passwords),
    tls,
    cluster: given.cluster,
    options: sentinelOptions(config, tls),
    channel: given.channel,
    notify: given.notify,
    streams: given.streams,
    maxLength: given.max_length,
    keepEvents: given.keep_events,
    unneeded: unneededByGroups,
  };
}

/** What `openLog` needs. Throws `invalid_config`. */
export function logOptionsOf(root: string, config: LogConfig): LogOptions {
  const { tenantId, durability, folder, network } = config;
  switch (backendOf(config.url)) {
    case 'redis':
      return redisOptions(root, config);
    case 'nats':
      return natsOptionsOf(root, {
        ...config,
        password: ofServer(config, config.passwords),
        credentials: ofServer(config, config.credentials),
      });
    default:
      return { backend: 'sqlite', file: logFileIn(root, folder), tenantId, durability, network };
  }
}
