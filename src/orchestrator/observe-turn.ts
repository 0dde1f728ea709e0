import path from 'node:path';
import { messageOf } from '../contract/errors.ts';
import type { Evidence } from '../contract/events/evidence.ts';
import type { ObservedBase } from '../state/evidence.ts';
import { scopeOf } from '../state/scope.ts';
import type { TaskState } from '../state/task.ts';
import type { TreeChange } from '../workspace/diff-tree.ts';
import { type Snapshots, openSnapshots } from '../workspace/snapshots.ts';
import { type LabelledBody, type Turn, numberOf } from './decide.ts';
import { gatherEvidence } from './evidence.ts';
import type { OrchestratorSettings } from './settings.ts';
import { isCovered } from './scope-match.ts';
import type { TaskWriter } from './task-writer.ts';
import { type Told, newTold } from './told.ts';

/** How many files of one turn get an event of their own, and how many of them wait for a person. */
const EVENTS = 200;
const EXCESSES = 50;

/** A turn under observation. */
interface ObservedTurn {
  /** Looks at the disk again, and records what only the host saw and what is outside the plan. Never throws. */
  end(task: TaskState, told: Told): Promise<Evidence>;
  /** Does not look: whoever carries the task on does. */
  leave(): void;
}

export interface TurnObserver {
  /** Remembers how the files are, before an agent gets a prompt. Never throws. */
  begin(task: TaskState, turn: Turn, folder: string): Promise<ObservedTurn>;
  /** No turn of the task goes on any more. */
  forget(taskId: string): void;
  /** Another orchestrator lets an agent work in the folder. */
  disturb(folder: string): void;
}

/** What Lineclear writes by itself into files of the workspace, whatever agents do meanwhile. */
export interface OwnWrites {
  /** Whether it may write into that file. */
  readonly mayBe: (file: string) => boolean;
  /** Whether it is all that was done to a file. */
  readonly isAll: (before: Uint8Array | undefined, now: Uint8Array) => boolean;
}

interface ObserverOptions {
  readonly root: string;
  readonly settings: Pick<OrchestratorSettings, 'scope'>;
  readonly writer: TaskWriter;
  readonly ownWrites: OwnWrites | undefined;
  readonly note: (line: string) => void;
  /** Whether an agent of another orchestrator works in the folder now. */
  readonly isDisturbed: (folder: string) => boolean;
}

/** A turn that goes on: others in the same folder blur what is seen of it. */
interface Going {
  readonly folder: string;
  shared: boolean;
}

/** The two states that a turn is compared with, and the event that names them. */
type Base = Pick<ObservedBase, 'first' | 'turn' | 'event_id'>;

/** Looks at the files around each turn of each agent of this orchestrator. */
export function createTurnObserver({
  root,
  settings,
  writer,
  ownWrites,
  note,
  isDisturbed,
}: ObserverOptions): TurnObserver {
  const going = new Set<Going>();
  /** What agents told in the steps that go on; of a step that began in another process, what was told there is lost. */
  const toldOf = new Map<string, { readonly step: string; readonly told: Told }>();

  async function baseFor(task: TaskState, turn: Turn, snapshots: Snapshots): Promise<Base> {
    const { base } = task;
    const number = numberOf(turn);
    const same = base?.purpose === turn.purpose && base.number === number;
    // Nobody has looked since, as after a crash or a question: what happened meanwhile belongs to this turn.
    if (same && base.open) return base;
    const { id, fileCount } = await snapshots.take();
    const [event] = await writer.snapshot(task, {
      file_count: fileCount,
      snapshot: id,
      purpose: turn.purpose,
      number,
    });
    return { first: same ? base.first : id, turn: id, event_id: event?.id ?? task.cause_id };
  }

  /** All that was told since the step began, over several prompts. */
  function gatherTold({ task_id }: TaskState, turn: Turn, told: Told): Told {
    const step = `${turn.purpose}:${numberOf(turn)}`;
    const known = toldOf.get(task_id);
    const all = known?.step === step ? known.told : newTold();
    for (const [file, operation] of told.files) all.files.set(file, operation);
    all.tests.push(...told.tests);
    toldOf.set(task_id, { step, told: all });
    return all;
  }

  /** What Lineclear wrote itself is no change of the agent's. */
  async function isOurs(
    { file_path, operation }: TreeChange,
    from: string,
    to: string,
    snapshots: Snapshots,
  ): Promise<boolean> {
    if (operation === 'delete' || !ownWrites?.mayBe(file_path)) return false;
    const [before, now] = [await snapshots.read(from, file_path), await snapshots.read(to, file_path)];
    return now !== undefined && ownWrites.isAll(before?.content, now.content);
  }

  async function recordSeen(
    task: TaskState,
    { event_id: cause }: Base,
    snapshots: Snapshots,
    changes: readonly TreeChange[],
  ): Promise<void> {
    const bodies = await Promise.all(
      changes.slice(0, EVENTS).map(async (change): Promise<LabelledBody> => {
        const { file_path, operation, lines_added, lines_removed } = change;
        const content_hash = await snapshots.hashOf(change);
        const data = {
          operation,
          file_path,
          content_hash,
          lines_added,
          lines_removed,
          observed_by: 'git' as const,
        };
        const label = `seen:${file_path}:${content_hash ?? ''}`;
        return { label, cause, body: { type: FILE_EVENTS[operation], data } };
      }),
    );
    if (bodies.length > 0) await writer.decided(task, bodies);
  }

  async function recordExcess(
    task: TaskState,
    turn: Turn,
    base: Base,
    snapshots: Snapshots,
    changes: readonly (Pick<TreeChange, 'file_path'> & Partial<TreeChange>)[],
    told: Told,
  ): Promise<void> {
    const scope = turn.purpose === 'chunk' ? scopeOf(task, turn.index) : [];
    if (!scope || settings.scope === 'off') return;
    const allowed = [...scope, ...task.allowed_files];
    const outside = changes.filter(({ file_path }) => !isCovered(allowed, file_path)).slice(0, EXCESSES);
    const bodies = await Promise.all(
      outside.map(async (change): Promise<LabelledBody> => {
        const { file_path, operation = 'modify', lines_added, lines_removed } = change;
        const seen = 'blob' in change;
        const content_hash = seen
          ? await snapshots.hashOf({ ...change, operation, blob: change.blob })
          : undefined;
        const data = {
          file_path,
          allowed_files: scope.slice(0, EXCESSES),
          operation,
          purpose: turn.purpose,
          number: numberOf(turn),
          lines_added,
          lines_removed,
          reported: told.files.has(file_path),
          content_hash,
          snapshot: seen ? base.turn : undefined,
        };
        const label = `scope:${file_path}:${content_hash ?? ''}`;
        return { label, cause: base.event_id, body: { type: 'scope.exceeded', data } };
      }),
    );
    if (bodies.length > 0) await writer.decided(task, bodies);
  }

  async function look(
    task: TaskState,
    turn: Turn,
    base: Base,
    snapshots: Snapshots,
    shared: boolean,
    latest: Told,
  ): Promise<Evidence> {
    const told = gatherTold(task, turn, latest);
    const { id: now } = await snapshots.take();
    const chunk = turn.purpose === 'chunk' ? task.chunks[turn.index] : undefined;
    const names = chunk?.files ?? [];
    // Where others work in the same folder at the same time, what nobody told of may be theirs.
    const isOwn = ({ file_path }: TreeChange): boolean =>
      !shared || told.files.has(file_path) || isCovered(names, file_path);
    const changesSince = async (from: string): Promise<TreeChange[]> => {
      const own: TreeChange[] = [];
      for (const change of await snapshots.changes(from, now))
        if (isOwn(change) && !(await isOurs(change, from, now, snapshots))) own.push(change);
      return own;
    };
    const changes = await changesSince(base.turn);
    const all = base.first === base.turn ? changes : await changesSince(base.first);
    await recordSeen(
      task,
      base,
      snapshots,
      changes.filter(({ file_path }) => !told.files.has(file_path)),
    );
    const elsewhere = [...latest.files.keys()].filter((file) => path.isAbsolute(file));
    const written = [...changes, ...elsewhere.map((file_path) => ({ file_path }))];
    await recordExcess(task, turn, base, snapshots, written, told);
    const questioned = [...names, ...told.files.keys()];
    const there = await snapshots.has(now, questioned);
    const isIgnored = (file: string) => !there.has(file) && snapshots.exists(file);
    return gatherEvidence(
      { files: names },
      {
        observedBy: 'git',
        changes: all,
        told,
        isJudgeable: (file) => !path.isAbsolute(file) && !isIgnored(file),
      },
    );
  }

  return {
    forget: (taskId) => void toldOf.delete(taskId),
    disturb(folder) {
      for (const turn of going) if (turn.folder === folder) turn.shared = true;
    },
    async begin(task, turn, folder) {
      const mine: Going = { folder, shared: isDisturbed(folder) };
      for (const other of going) if (other.folder === folder) other.shared = mine.shared = true;
      going.add(mine);
      const snapshots = openSnapshots(root, folder);
      const failed = (error: unknown): undefined => {
        note(`${task.task_id}: the files cannot be looked at: ${messageOf(error)}`);
        return undefined;
      };
      const base = await baseFor(task, turn, snapshots).catch(failed);
      return {
        leave: () => void going.delete(mine),
        async end(now, told) {
          going.delete(mine);
          const seen = base && (await look(now, turn, base, snapshots, mine.shared, told).catch(failed));
          return seen ?? unseen(told);
        },
      };
    },
  };
}

const unseen = (told: Told): Evidence =>
  gatherEvidence({ files: [] }, { observedBy: 'none', changes: [], told, isJudgeable: () => false });

const FILE_EVENTS = { create: 'file.created', modify: 'file.modified', delete: 'file.deleted' } as const;
