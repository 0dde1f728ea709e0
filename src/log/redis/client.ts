import type { Cluster, Redis, RedisOptions } from 'ioredis';
import type * as driver from './driver.ts';
import type { RedisSettings } from './settings.ts';
import { watchSilence } from './silence.ts';

export type Client = Redis | Cluster;

export type Driver = typeof driver;

export const loadDriver = (): Promise<Driver> => import('./driver.ts');

/** Milliseconds between two tries to connect: doubled each time, with some chance in it, so that not all come at once. */
export const retryDelay = (attempt: number): number =>
  Math.min(50 * 2 ** Math.min(attempt - 1, 10), 2000) * (0.5 + Math.random() / 2);

/** The address as it may be shown: without the password. */
export function shownAddress({ url, username }: Pick<RedisSettings, 'url' | 'username'>): string {
  const parsed = new URL(url);
  parsed.password = '';
  if (username !== undefined) parsed.username = username;
  parsed.search = '';
  return parsed.href;
}

/**
 * A client that is not connected yet. It never resends by itself and never queues: whoever uses it decides what may be
 * repeated, and does not send it any more when nobody waits for the answer.
 * @param silenceMs how long an answer may take before the connection counts as dead
 */
export function createClient(
  driver: Driver,
  settings: RedisSettings,
  name: string,
  silenceMs: number,
): Client {
  const { url, username, password, tls, options, cluster } = settings;
  const own = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    connectTimeout: silenceMs,
    ...options,
    connectionName: name,
    lazyConnect: true,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    // It would ask INFO, which not everybody may, and a server that is still loading says so anyway.
    enableReadyCheck: options !== undefined && 'sentinels' in options,
    // Replies have one form only, whatever the server speaks.
    protocol: 2,
    retryStrategy: retryDelay,
    // A primary that became a replica: the address, or the sentinel, leads to the new one.
    reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
  } satisfies RedisOptions;
  if (!cluster) {
    const client = new driver.Redis(url, own);
    watchSilence(client, silenceMs);
    return client;
  }
  const { retryStrategy: _, enableOfflineQueue, lazyConnect, ...redisOptions } = own;
  return new driver.Cluster([url], {
    ...options,
    redisOptions: { ...redisOptions, socketTimeout: silenceMs },
    enableOfflineQueue,
    lazyConnect,
    clusterRetryStrategy: retryDelay,
  });
}
