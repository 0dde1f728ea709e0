import type { Door } from './door.ts';
import { reportCommand } from './report-command.ts';
import { NEEDS_PERMISSION, selectTask } from './select-task.ts';

export interface PermissionDecision {
  readonly task: string | undefined;
  readonly request?: string | undefined;
  readonly decision: 'allow' | 'deny';
  readonly comment?: string | undefined;
}

/** Allows or denies what an agent asks for. */
export function decidePermission(door: Door, given: PermissionDecision): Promise<void> {
  return door.withApp(async (app) => {
    const task = selectTask(app.world, given.task, NEEDS_PERMISSION);
    const [only, another] = task.permissions;
    // Bound to the request that was there: a decision must not reach the next one.
    const request_id = given.request ?? (another ? undefined : only?.request_id);
    const asked = task.permissions.find((item) => item.request_id === request_id);
    const { decision, comment } = given;
    const event = await app.execute({
      command: 'decide_permission',
      task_id: task.task_id,
      request_id,
      decision,
      comment,
    });
    const done = decision === 'allow' ? 'Allowed' : 'Denied';
    const text = `${done}: ${asked?.title ?? request_id ?? ''} (${task.title})`;
    await reportCommand(door, app, { event, text, needsOrchestrator: false });
  });
}
