import type { App } from '../app.ts';
import { LineclearError } from '../contract/errors.ts';
import type { PendingPermission } from '../state/task.ts';
import type { Door } from './door.ts';
import { Refusal } from './refusal.ts';
import { reportCommand } from './report-command.ts';
import { NEEDS_PERMISSION, selectTask } from './select-task.ts';

export interface PermissionDecision {
  readonly task: string | undefined;
  readonly request?: string | undefined;
  readonly decision: 'allow' | 'deny';
  readonly comment?: string | undefined;
  /** Allow it from now on, by a rule; done only with `yes`. */
  readonly always?: boolean;
  readonly yes?: boolean;
}

/** Writes the rule that allows it from now on and returns its name; shows it first, to who has not seen it. */
function writeRule(app: App, asked: PendingPermission, yes: boolean): string {
  const offered = app.rules.offer(asked);
  if (!offered) throw new LineclearError('no_rule', 'There is no rule that could always allow this.');
  if (!yes) {
    throw new Refusal(
      'invalid_input',
      `This rule would be added to ${offered.file}:\n\n${offered.text}\n`,
      'Write it with --always --yes.',
      'yes',
    );
  }
  app.rules.write(offered);
  return offered.rule.name;
}

/** Allows or denies what an agent asks for. */
export function decidePermission(door: Door, given: PermissionDecision): Promise<void> {
  return door.withApp(async (app) => {
    const task = selectTask(app.world, given.task, NEEDS_PERMISSION);
    const [only, another] = task.permissions;
    // Bound to the request that was there: a decision must not reach the next one.
    const request_id = given.request ?? (another ? undefined : only?.request_id);
    const asked = task.permissions.find((item) => item.request_id === request_id);
    const { decision, comment, always = false, yes = false } = given;
    const wrote_rule = always && asked ? writeRule(app, asked, yes) : undefined;
    const event = await app.execute({
      command: 'decide_permission',
      task_id: task.task_id,
      request_id,
      decision,
      comment,
      wrote_rule,
    });
    const done = decision === 'allow' ? 'Allowed' : 'Denied';
    const byRule = wrote_rule === undefined ? '' : `, and always by the rule ${wrote_rule}`;
    const text = `${done}: ${asked?.title ?? request_id ?? ''} (${task.title})${byRule}`;
    await reportCommand(door, app, { event, text, needsOrchestrator: false });
  });
}
