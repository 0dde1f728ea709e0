import { setTimeout as sleep } from 'node:timers/promises';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { LineclearError } from '../../contract/errors.ts';
import type { ConnectionState, LogConnection } from '../log.ts';
import type * as drivers from './driver.ts';
import { isPassing, toLogError } from './nats-error.ts';
import { type NatsSettings, addressOf, connectionOptions } from './settings.ts';

export type Driver = typeof drivers;

/** One connection, which comes back by itself. */
export interface Link extends LogConnection {
  readonly driver: Driver;
  readonly connection: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** As it may be shown. */
  readonly address: string;
  readonly timeoutMs: number;
  /** The content of a message, at most. */
  readonly maxBytes: number;
  /**
   * Does work, and does it again after a loss of the connection or of an answer, so it must be safe to repeat and must
   * not wait for ever; `tries` counts from 1. Rejects with `log_unreachable` when that does not help for `timeoutMs`,
   * with `log_closed`, `log_denied`, `log_full`, `log_foreign`, `log_replaced`, `log_failed`.
   */
  run<T>(work: (tries: number) => Promise<T>): Promise<T>;
  /** The answer, or an error that {@link run} takes for a lost one, when it does not come in time. */
  inTime<T>(answer: Promise<T>): Promise<T>;
  /** Throws `log_closed` when it is closed. */
  check(): void;
  /** Calls the listener each time that the connection has come back. */
  onReconnect(listener: () => void): void;
  close(): Promise<void>;
}

/** The oldest server that has what is used here: the consumers of 2.9. */
const MINIMUM: readonly [major: number, minor: number] = [2, 9];
/** What a message must be able to hold: a document of 900 kB. */
const MIN_PAYLOAD = 1_000_000;
/** What is left of a message for its headers. */
const HEADROOM = 4096;

/** Random, so that those who lost to each other do not meet again. */
export const retryDelay = (tries: number): number => Math.random() * Math.min(250, 5 * 2 ** tries);

/** Throws `log_unsupported` when the server is too old or has no JetStream. */
function checkServer(connection: NatsConnection, address: string): void {
  const { version = '', jetstream: enabled, max_payload: maxPayload = 0 } = connection.info ?? {};
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = MINIMUM;
  if (major < neededMajor || (major === neededMajor && minor < neededMinor)) {
    throw new LineclearError(
      'log_unsupported',
      `The NATS server at ${address} is version ${version}; Lineclear needs ${MINIMUM.join('.')} or newer.`,
    );
  }
  if (enabled !== true) {
    throw new LineclearError(
      'log_unsupported',
      `The NATS server at ${address} runs without JetStream: start it with -js, or with jetstream {} in its configuration.`,
    );
  }
  if (maxPayload < MIN_PAYLOAD) {
    throw new LineclearError(
      'log_unsupported',
      `The NATS server at ${address} takes messages of ${maxPayload} bytes; Lineclear needs max_payload ${MIN_PAYLOAD}.`,
    );
  }
}

/** Connects. Throws `log_unreachable`, `log_denied` or `log_unsupported` at once; later losses of the connection heal. */
export async function openLink(settings: NatsSettings, timeoutMs: number): Promise<Link> {
  const address = addressOf(settings);
  const driver = await import('./driver.ts');
  let connection: NatsConnection;
  try {
    connection = await driver.connect(await connectionOptions(driver, settings, timeoutMs));
  } catch (error) {
    throw toLogError(error, address);
  }
  try {
    checkServer(connection, address);
  } catch (error) {
    await connection.close();
    throw error;
  }
  const answerMs = Math.min(3000, timeoutMs / 2);
  return createLink({
    driver,
    connection,
    address,
    timeoutMs,
    maxBytes: (connection.info?.max_payload ?? MIN_PAYLOAD) - HEADROOM,
    js: driver.jetstream(connection, { timeout: answerMs }),
    jsm: await driver.jetstreamManager(connection, { timeout: answerMs, checkAPI: false }),
  });
}

function createLink(
  parts: Pick<Link, 'driver' | 'connection' | 'address' | 'timeoutMs' | 'maxBytes' | 'js' | 'jsm'>,
): Link {
  const { connection, address, timeoutMs } = parts;
  const listeners = new Set<(state: ConnectionState) => void>();
  const returned: (() => void)[] = [];
  /** How to tell those who wait for an answer that the connection is gone. */
  const waiting = new Set<(error: unknown) => void>();
  let usable = Promise.withResolvers<void>();
  usable.resolve();
  let state: ConnectionState = { connected: true, address, since: new Date() };
  let lastError: unknown = new Error('the connection was lost');
  let ended: LineclearError | undefined;

  function become(connected: boolean): void {
    const cause = connected ? {} : { cause: toLogError(lastError, address).message };
    state = { connected, address, since: new Date(), ...cause };
    for (const listener of listeners) listener(state);
  }

  function lost(): void {
    if (!state.connected) return;
    usable = Promise.withResolvers();
    become(false);
    for (const reject of waiting) reject(lastError);
  }

  function end(error: LineclearError): void {
    ended ??= error;
    lost();
    usable.resolve();
  }

  async function follow(): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'error') lastError = status.error;
      if (status.type === 'disconnect') lost();
      if (status.type !== 'reconnect') continue;
      lastError = new Error('the connection was lost');
      usable.resolve();
      become(true);
      for (const listener of returned) listener();
    }
  }
  void follow();
  void connection.closed().then((error) => end(toLogError(error ?? lastError, address)));

  async function within<T>(work: Promise<T>, ms: number): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => reject(state.connected ? new Error('no answer') : lastError),
      Math.max(0, ms),
    );
    try {
      return await Promise.race([work, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async function unlessLost<T>(work: Promise<T>): Promise<T> {
    const { promise, reject } = Promise.withResolvers<never>();
    waiting.add(reject);
    try {
      return await Promise.race([work, promise]);
    } finally {
      waiting.delete(reject);
    }
  }

  function check(): void {
    if (ended) throw ended;
  }

  return {
    ...parts,
    check,

    get state() {
      return state;
    },

    async run(work) {
      const deadline = performance.now() + timeoutMs;
      for (let tries = 1; ; tries += 1) {
        check();
        try {
          if (!state.connected) await within(usable.promise, deadline - performance.now());
          check();
          return await unlessLost(work(tries));
        } catch (error) {
          check();
          if (!isPassing(error) || performance.now() >= deadline) throw toLogError(error, address);
        }
        await sleep(retryDelay(tries));
      }
    },

    inTime: (answer) => within(answer, timeoutMs / 2),

    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },

    onReconnect(listener) {
      returned.push(listener);
    },

    async close() {
      end(new LineclearError('log_closed', `The log at ${address} is closed.`));
      await connection.close();
    },
  };
}
