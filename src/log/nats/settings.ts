import fs from 'node:fs/promises';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import { LineclearError, messageOf } from '../../contract/errors.ts';
import type { Driver } from './link.ts';

/** Certificates as PEM. */
interface TlsFiles {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

/** How to reach a NATS server. */
export interface NatsSettings {
  /**
   * `nats://[user:password@]host[:port][/name]`, with a token as `nats://token@host`, or `tls://` for TLS. Several
   * servers of one cluster are parted by commas. The name is that of the log.
   */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  readonly token?: string;
  /** Path of a credentials file (JWT and seed), as `nsc` writes it. */
  readonly credentials?: string;
  readonly tls?: TlsFiles;
}

function parse(settings: NatsSettings): URL[] {
  return settings.url.split(',').map((text) => {
    const url = URL.parse(text.trim());
    if (url && ['nats:', 'tls:'].includes(url.protocol) && url.hostname !== '') return url;
    // Not the text itself: there may be a password in it.
    throw new LineclearError(
      'invalid_config',
      'The address of a NATS server is nats://host:port or tls://host:port.',
    );
  });
}

/** Addresses without user, password and name. */
const serversOf = (settings: NatsSettings): string[] =>
  parse(settings).map(({ hostname, port }) => `${hostname}:${port === '' ? '4222' : port}`);

/** How the servers are said to people. */
export const addressOf = (settings: NatsSettings): string =>
  `${parse(settings)[0]?.protocol ?? 'nats:'}//${serversOf(settings).join(',')}`;

/** The name of the log that the address ends with, if it does. */
export const nameOf = (settings: NatsSettings): string | undefined => {
  const name = parse(settings)[0]?.pathname.replace(/^\/+/, '') ?? '';
  return name === '' ? undefined : decodeURIComponent(name);
};

/** The one that is given beside the address counts before the one in it. */
async function authentication(driver: Driver, settings: NatsSettings): Promise<NodeConnectionOptions> {
  const { credentials } = settings;
  if (credentials !== undefined) {
    try {
      return { authenticator: driver.credsAuthenticator(await fs.readFile(credentials)) };
    } catch (error) {
      throw new LineclearError(
        'invalid_config',
        `The credentials ${credentials} cannot be used: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
  }
  const [url] = parse(settings);
  const user = settings.username ?? decodeURIComponent(url?.username ?? '');
  const pass = settings.password ?? decodeURIComponent(url?.password ?? '');
  if (settings.token !== undefined) return { token: settings.token };
  if (user === '') return {};
  // `nats://token@host` is how a token stands in an address; who is named beside it is a user.
  return pass === '' && settings.username === undefined ? { token: user } : { user, pass };
}

/** How often a connection that may be dead is asked whether it lives; the second silence ends it. */
const PING_MS = 5000;
const RECONNECT_MS = 200;

/** Throws `invalid_config` for credentials that cannot be read. */
export async function connectionOptions(
  driver: Driver,
  settings: NatsSettings,
  timeoutMs: number,
): Promise<NodeConnectionOptions> {
  const encrypted = settings.tls !== undefined || parse(settings).some(({ protocol }) => protocol === 'tls:');
  const pem = Object.entries(settings.tls ?? {}).map(([name, text]) => [name, String(text)]);
  return {
    ...(await authentication(driver, settings)),
    ...(encrypted ? { tls: Object.fromEntries(pem) } : {}),
    servers: serversOf(settings),
    name: 'lineclear',
    timeout: timeoutMs / 2,
    maxReconnectAttempts: -1,
    reconnectDelayHandler: () => RECONNECT_MS * (0.5 + Math.random()),
    // Users and passwords are changed on servers while clients run; the next try may be right.
    ignoreAuthErrorAbort: true,
    pingInterval: PING_MS,
  };
}
