import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../contract/errors.ts';
import type { LogBackend } from '../log/log.ts';
import { RENEW_MS, holderOfThisProcess, isOlder } from './lease.ts';
import type { EndReason } from './lifetime.ts';
import { type Presence, enter, placeOf } from './presence.ts';
import { type OrchestratorOptions, runOrchestrator } from './run.ts';

export interface ServeOptions extends Omit<OrchestratorOptions, 'retire' | 'me' | 'leases'> {
  readonly backend: Pick<LogBackend, 'documents' | 'leases' | 'now'>;
  /** End at once when another one of this version or a newer one works in the folder, instead of sharing the tasks with it. */
  readonly alone: boolean;
  /** Version of this program. */
  readonly version: string;
}

export type ServeEnd = EndReason | 'stopped' | 'lease lost' | 'not needed';

/** Resolves when none of an older version works in the folder any more: each of them ends after its current turns. */
async function outlastOlder(
  presence: Presence,
  { note, version }: Pick<ServeOptions, 'note' | 'version'>,
  signal: AbortSignal,
): Promise<void> {
  for (let told = false; !signal.aborted; told = true) {
    const older = (await presence.neighbours()).filter((one) => isOlder(one, version));
    if (older.length === 0) return;
    const who = older.map(({ pid }) => pid).join(', ');
    if (!told) note(`an orchestrator of an older version is running (process ${who}): waiting to take over`);
    // Nobody rings a bell when it ends.
    await delay(1000, undefined, { signal }).catch(() => undefined);
  }
}

/** Orchestrates, beside all others on this log: each task is carried out by one of them. Returns why it ended. */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<ServeEnd> {
  const { backend, note, version, cwd, project, alone } = options;
  const me = holderOfThisProcess({ version, project, ...placeOf(cwd) });
  const presence = await enter(backend, me, { alone });
  if (!presence) return 'not needed';
  const retire = new AbortController();
  const replaced = new AbortController();
  const ending = AbortSignal.any([signal, replaced.signal]);

  async function beat(): Promise<void> {
    if (!(await presence?.renew())) replaced.abort();
    const newer = (await presence?.neighbours())?.find((other) => isOlder(me, other.version ?? ''));
    if (!newer || retire.signal.aborted) return;
    note(`version ${newer.version ?? '?'} waits to take over: ending after the current turns`);
    retire.abort();
  }

  let beating: Promise<void> | undefined;
  const timer = setInterval(() => {
    beating ??= beat()
      .catch((error: unknown) => note(messageOf(error)))
      .finally(() => {
        beating = undefined;
      });
  }, RENEW_MS);
  try {
    await outlastOlder(presence, options, ending);
    if (ending.aborted) return signal.aborted ? 'stopped' : 'lease lost';
    note(`orchestrating ${cwd} as process ${process.pid}`);
    const { leases } = backend;
    const why = await runOrchestrator({ ...options, me, leases, retire: retire.signal }, ending);
    if (replaced.signal.aborted) return 'lease lost';
    return signal.aborted ? 'stopped' : why;
  } finally {
    clearInterval(timer);
    await beating;
    // A log that cannot be written is no reason not to say why this has ended; the lease runs out by itself.
    await presence.leave().catch((error: unknown) => note(messageOf(error)));
  }
}
