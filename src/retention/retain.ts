import os from 'node:os';
import path from 'node:path';
import { encodeEvent } from '../contract/decode.ts';
import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent, EventDraft } from '../contract/event.ts';
import { DeadLetters, eventOf } from '../delivery/dead-letters.ts';
import { unneededByGroups } from '../delivery/groups.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { BlobRef, BlobStore, LogBackend } from '../log/log.ts';
import { KEPT_TYPES, isKept } from '../state/kept-types.ts';
import {
  AgentTasks,
  type OverTask,
  type RemovedTask,
  beforeActivity,
  lineOf,
  retirableTasks,
} from '../state/retention.ts';
import type { World } from '../state/world.ts';
import { removeHalfWritten, writeArchive } from './archive-file.ts';
import { contentLine, contentsOf } from './archived-content.ts';
import { CONTENT_AGE_MS, ContentUses, removeContents } from './content-uses.ts';
import { busy, takeRetentionLease } from './retention-lease.ts';

/** What keeps events of tasks that ended long enough ago. */
type Bound = 'activity' | 'group' | 'snapshot';

export interface RetainOptions {
  readonly backend: LogBackend;
  readonly world: World;
  /** Reads the world up to the head. */
  readonly refresh: () => Promise<void>;
  /** The last event of the stored world; 0 when none is stored. */
  readonly snapshot: number;
  /** Of the workspace; archives are in `.lineclear/archive`. */
  readonly root: string;
  readonly days: number;
  readonly mode: 'archive' | 'delete';
  /** How many events go at once at most, unless one task has more; they are held in memory. Default 20,000. */
  readonly atOnce?: number;
  /** Contents that were put later stay. Default: a day. */
  readonly contentAgeMs?: number;
  /** Only look. */
  readonly dryRun: boolean;
  readonly author: { readonly source: string; readonly id: string };
  /** Stops between two steps: what is done stays done, and the next time goes on from there. */
  readonly signal: AbortSignal;
  /** Told of each part as soon as the log says that it went. */
  readonly onProgress?: (done: Retained) => void;
}

export interface Retained {
  readonly tasks: number;
  readonly events: number;
  /** Of these events as JSON. */
  readonly bytes: number;
}

export interface RetainResult extends Retained {
  /** Of the tasks that ended long enough ago, how many are kept, and what for. */
  readonly kept: number;
  /** Contents that only those events named, such as files before and after a change. */
  readonly contents: number;
  readonly bound: Bound | undefined;
  /** The archives, as paths from the workspace. */
  readonly files: readonly string[];
}

interface Batch {
  readonly tasks: RemovedTask[];
  /** Bytes of these as JSON. */
  size: number;
  readonly events: AgentEvent[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Bytes of what one event tells of tasks: it holds 64 KiB. */
const SIZE = 40_000;
/** Of the workspace. */
const ARCHIVES = '.lineclear/archive';

const emptyBatch = (): Batch => ({ tasks: [], size: 0, events: [] });

/** Up to which event something may go, and what it is that keeps the rest. */
async function boundOf({ backend, world, snapshot }: RetainOptions): Promise<{ upto: number; bound: Bound }> {
  const bounds: { upto: number; bound: Bound }[] = [
    { upto: beforeActivity(world), bound: 'activity' },
    { upto: await unneededByGroups(backend.documents), bound: 'group' },
    // Who starts from it reads what follows it.
    { upto: snapshot === 0 ? Infinity : snapshot, bound: 'snapshot' },
  ];
  return bounds.reduce((lowest, next) => (next.upto < lowest.upto ? next : lowest));
}

/**
 * Removes the events of tasks that ended long ago and that nothing needs any more. For each part: first its archive is
 * written and read back, then the log says what is archived and where (`history.truncated`), then contents go that no other
 * event names, then the events, which tell the next time what has to go still. Whatever interrupts that, nothing is missing
 * that is not in an archive that the log names, and the next time goes on.
 * Throws `log_busy` while another process does the same; the errors of appending and of writing files; the signal's reason.
 */
export async function retain(options: RetainOptions): Promise<RetainResult> {
  const { backend, world, days, dryRun, signal, onProgress, atOnce = 20_000 } = options;
  const { contentAgeMs: ageMs = CONTENT_AGE_MS } = options;
  const agents = new AgentTasks();
  const uses = new ContentUses();
  let read = 0;
  let contents = 0;
  const files: string[] = [];
  const done = { tasks: 0, events: 0, bytes: 0 };
  const lease = dryRun ? undefined : await takeRetentionLease(backend.leases);
  try {
    // Also what another process has just archived.
    await options.refresh();
    if (lease) {
      await removeHalfWritten(path.join(options.root, ARCHIVES));
      await finishLast();
    }
    return await run();
  } finally {
    await lease?.release();
  }

  async function run(): Promise<RetainResult> {
    const endedBefore = backend.now().getTime() - days * DAY_MS;
    const { upto, bound } = await boundOf(options);
    const old = retirableTasks(world, { endedBefore, upto: Infinity });
    const candidates = old.filter(({ version }) => version <= upto);
    if (candidates.length > 0) await readOn();
    let batch = emptyBatch();
    for (const task of candidates) {
      signal.throwIfAborted();
      const events = await eventsOf(task);
      if (events.length === 0 || !agents.areForgotten(world, task.task_id, events)) continue;
      add(batch, task, events);
      done.tasks += 1;
      done.events += events.length;
      if (batch.size >= SIZE || batch.events.length >= atOnce) {
        await finish(batch, upto);
        batch = emptyBatch();
      }
    }
    if (batch.tasks.length > 0) await finish(batch, upto);
    const isBound = candidates.length < old.length;
    const stay = old.length - done.tasks;
    return { ...done, contents, kept: stay, bound: isBound ? bound : undefined, files };
  }

  /** All that there is, the first time; then what came since. */
  async function readOn(): Promise<void> {
    for await (const event of backend.log.read({ after: read, truncatedAt: Infinity })) {
      signal.throwIfAborted();
      agents.note(event);
      uses.note(event);
      read = event.sequence;
    }
  }

  async function eventsOf({ task_id: taskId, version }: RemovedTask): Promise<AgentEvent[]> {
    const events: AgentEvent[] = [];
    for await (const event of backend.log.read({ taskId, until: version, truncatedAt: Infinity }))
      events.push(event);
    return events;
  }

  function add(batch: Batch, task: OverTask, events: readonly AgentEvent[]): void {
    const told = lineOf(task);
    batch.tasks.push(told);
    batch.size += Buffer.byteLength(JSON.stringify(told));
    batch.events.push(...events);
    for (const event of events) done.bytes += Buffer.byteLength(JSON.stringify(encodeEvent(event)));
  }

  async function finish(part: Batch, upto: number): Promise<void> {
    if (lease && !(await lease.renew())) throw busy();
    const told = lease && (await tell(part, upto));
    // From here on they count as removed, whatever interrupts it.
    onProgress?.({ ...done });
    if (told) await remove(told, part.events);
  }

  async function remove(
    told: { readonly upto: number; readonly taskIds: readonly string[] },
    events: readonly AgentEvent[],
  ): Promise<void> {
    const gone = events.filter((event) => !isKept(event));
    if (gone.some((event) => contentsOf(event).length > 0)) {
      // Also by events that were appended meanwhile; those that are on their way have just put what they name.
      await readOn();
      const named = await namedByLetters();
      const unnamed = uses.release(gone).filter((ref) => !named.has(ref));
      contents += await removeContents(backend, unnamed, { ageMs, signal });
    }
    await backend.truncate({ ...told, keep: KEPT_TYPES, signal });
  }

  /** What dead letters name: it is handed out with them again, also when the log has their events no more. */
  async function namedByLetters(): Promise<ReadonlySet<BlobRef>> {
    const named = new Set<BlobRef>();
    for await (const letter of new DeadLetters(backend, options.author).list()) {
      const event = eventOf(letter);
      for (const ref of event ? contentsOf(event) : []) named.add(ref);
    }
    return named;
  }

  /** Of a process that was interrupted: what it has told, and perhaps not done. */
  async function finishLast(): Promise<void> {
    const { sequence } = world.history ?? {};
    if (sequence === undefined) return;
    for await (const event of backend.log.read({ after: sequence - 1, until: sequence })) {
      if (event.type !== 'history.truncated') continue;
      const { upto, tasks } = event.data;
      const left: AgentEvent[] = [];
      for (const task of tasks) left.push(...(await eventsOf(task)));
      await remove({ upto, taskIds: tasks.map(({ task_id }) => task_id) }, left);
    }
  }

  /** Says in the log what goes, once it is safe. */
  async function tell({ tasks, events }: Batch, upto: number): Promise<{ upto: number; taskIds: string[] }> {
    const { root, mode, author } = options;
    const last = tasks.at(-1)?.version ?? 0;
    // Who reads what is left, and knows how far history is truncated, is to notice that more went meanwhile.
    const end = Math.min(upto, Math.max(last, (await backend.log.truncatedAt()) + 1));
    const archive = mode === 'archive' ? await write(root, backend.blobs, events) : undefined;
    if (archive) files.push(archive.file);
    const draft: EventDraft = {
      id: derivedEventId(events.at(-1)?.id ?? '', `truncated ${tasks.length}`),
      type: 'history.truncated',
      source: author.source,
      source_agent_id: author.id,
      call_chain: [author.id],
      data: { upto: end, events: events.length, tasks, ...(archive && { archive }) },
    };
    await backend.log.append([draft]);
    return { upto: end, taskIds: tasks.map(({ task_id }) => task_id) };
  }
}

/** Lines of an archive: events in the order of the log, what they name before the first of a task that does. */
async function* linesOf(events: readonly AgentEvent[], blobs: BlobStore): AsyncGenerator<string, void, void> {
  const written = new Set<string>();
  for (const event of events) {
    const { task_id: taskId = '' } = event;
    for (const ref of contentsOf(event)) {
      const content = written.has(taskId + ref) ? undefined : await blobs.get(ref);
      written.add(taskId + ref);
      if (content) yield contentLine(taskId, ref, content);
    }
    yield JSON.stringify(encodeEvent(event));
  }
}

/** The archive of these events. */
async function write(
  root: string,
  blobs: BlobStore,
  events: readonly AgentEvent[],
): Promise<NonNullable<EventData<'history.truncated'>['archive']>> {
  const sorted = events.toSorted((a, b) => a.sequence - b.sequence);
  const name = `${sorted[0]?.sequence}-${sorted.at(-1)?.sequence}`;
  const { file, sha256 } = await writeArchive(path.join(root, ARCHIVES), name, linesOf(sorted, blobs));
  return { file: `${ARCHIVES}/${path.basename(file)}`, host: os.hostname(), sha256 };
}
