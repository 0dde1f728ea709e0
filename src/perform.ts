import { LineclearError } from './contract/errors.ts';
import type { AgentEvent, EventDraft } from './contract/event.ts';
import { derivedEventId } from './log/event-id.ts';
import type { EventLog } from './log/log.ts';
import type { EventBody } from './state/command.ts';
import { openWorktreeOf } from './state/worktree.ts';
import type { TaskState } from './state/task.ts';
import type { World } from './state/world.ts';
import { restoreFile } from './workspace/restore-file.ts';
import { openSnapshots } from './workspace/snapshots.ts';
import { discardWorktree, mergeWorktree } from './workspace/worktrees.ts';

/** What a person's decision does to files at once, in the process in which it was made: that one is sure to be alive. */
export interface Performer {
  /**
   * Does what the event asks for and records it. Throws `scope_conflict` and `worktree_failed` with the reason; nothing
   * is half-done then, and the person may decide anew, as after a crash in the middle.
   */
  perform(event: AgentEvent): Promise<void>;
}

interface PerformerOptions {
  readonly root: string;
  readonly source: string;
  readonly log: EventLog;
  /** Up to date when it is asked. */
  readonly world: World;
}

/** As many paths as an event has room for. */
const ROOM = 12_000;

function somePaths(paths: readonly string[]): { files: string[]; files_left_out?: number } {
  let room = ROOM;
  const files = paths.filter((path) => (room -= path.length + 3) >= 0);
  const left = paths.length - files.length;
  return left > 0 ? { files, files_left_out: left } : { files };
}

export function createPerformer({ root, source, log, world }: PerformerOptions): Performer {
  /** What came of it, once, however often it is performed. */
  async function record(because: AgentEvent, body: EventBody): Promise<void> {
    const { task_id, source_agent_id, call_chain, correlation_id } = because;
    const draft: EventDraft = {
      id: derivedEventId(because.id, body.type),
      task_id,
      source,
      source_agent_id,
      call_chain: [...call_chain],
      correlation_id,
      causation_id: because.id,
      ...body,
    };
    await log.append([draft]);
  }

  async function revert(task: TaskState, because: AgentEvent, eventId: string): Promise<void> {
    const item = task.excess.find(({ event_id, reverting }) => event_id === eventId && reverting);
    if (!item) return;
    const { file_path, event_id, snapshot, content_hash: expected } = item;
    const { worktree } = task;
    const gone = worktree && worktree.status !== 'open';
    if (snapshot === undefined || gone) {
      const why = gone ? `its worktree is ${worktree.status}` : 'it is not known what it was like before';
      throw new LineclearError('scope_conflict', `${file_path} cannot be put back: ${why}.`);
    }
    const folder = worktree?.path ?? root;
    const before = await openSnapshots(root, folder).read(snapshot, file_path);
    restoreFile({ folder, file: file_path, before, expected });
    await record(because, { type: 'scope.reverted', data: { event_id, file_path } });
  }

  return {
    async perform(event) {
      const task = event.task_id === undefined ? undefined : world.tasks.get(event.task_id);
      if (!task) return;
      switch (event.type) {
        case 'user.decided_scope':
          if (event.data.decision === 'revert') await revert(task, event, event.data.event_id);
          return;
        case 'user.requested_merge': {
          const { commit, files } = await mergeWorktree(root, openWorktreeOf(task), task.title);
          await record(event, { type: 'worktree.merged', data: { commit, ...somePaths(files) } });
          return;
        }
        case 'user.discarded_worktree': {
          const { branch } = openWorktreeOf(task);
          await discardWorktree(root, openWorktreeOf(task));
          await record(event, { type: 'worktree.discarded', data: { branch } });
          return;
        }
        default:
      }
    },
  };
}
