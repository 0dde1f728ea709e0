import fs from 'node:fs';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LogBackend } from '../log/log.ts';
import { type OrchestratorHolder, SILENT_MS, TTL_MS, holderSchema, isOlder, isSeen } from './lease.ts';

type Backend = Pick<LogBackend, 'documents' | 'leases' | 'now'>;

/** The register of all orchestrators of a log: one small document, which each enters when it begins and leaves when it ends. */
const REGISTER = 'orchestrators';
/** In milliseconds; by its lease the others see how long one that has crashed has been silent. */
const FORGOTTEN_AFTER_MS = 60 * 60_000;
const registerSchema = z.array(holderSchema);

/** Held by an orchestrator for as long as it is there. */
export const presenceLease = (id: string): string => `orchestrator:${id}`;

const parse = (value: string | undefined): readonly OrchestratorHolder[] =>
  value === undefined ? [] : registerSchema.parse(JSON.parse(value));

type Place = Pick<OrchestratorHolder, 'host' | 'folder'>;

/** A folder of this machine. */
export const placeOf = (root: string): Place => ({ host: os.hostname(), folder: fs.realpathSync(root) });

/** Whether both work in the same folder of the same machine. */
export const isBeside = (one: Place, other: Place): boolean =>
  one.host === other.host && one.folder === other.folder;

/** All that have entered and not left, also those that have crashed not long ago. */
export const registered = async ({
  documents,
}: Pick<Backend, 'documents'>): Promise<readonly OrchestratorHolder[]> =>
  parse((await documents.get(REGISTER))?.value);

const holds = async ({ leases }: Pick<Backend, 'leases'>, one: OrchestratorHolder): Promise<boolean> =>
  isSeen(one) !== false && (await leases.holder(presenceLease(one.id))) !== undefined;

async function only<T>(items: readonly T[], condition: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(condition));
  return items.filter((_, at) => kept[at]);
}

/** Those that are there and say so. */
export async function livingOrchestrators(
  backend: Pick<Backend, 'documents' | 'leases'>,
): Promise<OrchestratorHolder[]> {
  return await only(await registered(backend), (one) => holds(backend, one));
}

/** The same, but one whose process is there is given the time of two renewals to say so: the clock may have jumped. */
async function isThere(backend: Pick<Backend, 'leases'>, one: OrchestratorHolder): Promise<boolean> {
  if (await holds(backend, one)) return true;
  if (isSeen(one) !== true) return false;
  const name = presenceLease(one.id);
  const before = await backend.leases.latest(name);
  await delay(SILENT_MS);
  const now = await backend.leases.latest(name);
  return now !== undefined && now.expiresAt.getTime() !== before?.expiresAt.getTime();
}

/** Whether one that is not there is to stay in the register; of one that is not, no lease is left. */
async function isRemembered(
  backend: Pick<Backend, 'leases' | 'now'>,
  { id }: OrchestratorHolder,
): Promise<boolean> {
  const lease = await backend.leases.latest(presenceLease(id));
  if (!lease) return false;
  if (backend.now().getTime() - lease.expiresAt.getTime() < FORGOTTEN_AFTER_MS) return true;
  const taken = await backend.leases.takeOver(lease, 'nobody', TTL_MS);
  await taken?.release({ forGood: true });
  return false;
}

/** An orchestrator among the others of its log. */
export interface Presence {
  /** Says that it is there; to be called again and again. False when another one has its place. */
  renew(): Promise<boolean>;
  /** The others in the same folder that are there. */
  neighbours(): Promise<readonly OrchestratorHolder[]>;
  leave(): Promise<void>;
}

interface Entry {
  /** It does not share its folder: it enters only if none is there that is of its version or newer. */
  readonly alone: boolean;
}

/** Enters the register; undefined when another one is there and `alone` is wanted. */
export async function enter(
  backend: Backend,
  me: OrchestratorHolder,
  { alone }: Entry,
): Promise<Presence | undefined> {
  const { documents, leases } = backend;
  const name = presenceLease(me.id);
  const renewLease = () => leases.acquire(name, JSON.stringify(me), TTL_MS);

  async function change(
    next: (others: readonly OrchestratorHolder[]) => Promise<readonly OrchestratorHolder[] | undefined>,
  ): Promise<boolean> {
    for (;;) {
      const found = await documents.get(REGISTER);
      const entries = await next(parse(found?.value).filter(({ id }) => id !== me.id));
      if (!entries) return false;
      const value = JSON.stringify(entries);
      if ((await documents.put(REGISTER, value, found?.revision)) !== undefined) return true;
    }
  }

  const register = () =>
    change(async (others) => {
      const there = await only(others, (other) => isThere(backend, other));
      const isTaken = there.some((other) => isBeside(other, me) && !isOlder(other, me.version ?? ''));
      if (alone && isTaken) return undefined;
      const gone = others.filter((other) => !there.includes(other));
      return [...there, ...(await only(gone, (other) => isRemembered(backend, other))), me];
    });

  const fallSilent = async () => await (await renewLease())?.release({ forGood: true });

  await renewLease();
  if (!(await register())) {
    await fallSilent();
    return undefined;
  }
  return {
    async renew() {
      await renewLease();
      // Whoever takes one that is silent for gone takes it out.
      return (await registered(backend)).some(({ id }) => id === me.id) || (await register());
    },
    async neighbours() {
      const others = (await registered(backend)).filter((other) => other.id !== me.id && isBeside(other, me));
      return await only(others, (other) => holds(backend, other));
    },
    async leave() {
      await change((others) => Promise.resolve(others));
      await fallSilent();
    },
  };
}
