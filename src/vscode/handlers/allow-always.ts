import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { LineclearError } from '../../contract/errors.ts';
import type { LogContext } from '../command-context.ts';
import type { Target } from '../target.ts';
import { chooseItem } from './choose.ts';

/** Allows what an agent asks for, and writes the rule that allows it from now on, when the person has seen the rule. */
export async function allowAlways(context: LogContext, given: Target): Promise<void> {
  const { app, screen } = context;
  const chosen = await chooseItem(context, 'permission', given, l10n.t('Always Allow'));
  if (!chosen) return;
  const { task_id, target, item } = chosen;
  const decide = (wrote_rule?: string) =>
    app.execute({
      command: 'decide_permission',
      task_id,
      request_id: target.request_id,
      decision: 'allow',
      wrote_rule,
    });
  if (!item) {
    // It was settled already: the log says by whom.
    await decide();
    return;
  }
  const offered = app.rules.offer(item.permission);
  if (!offered) throw new LineclearError('no_rule', l10n.t('There is no rule that could always allow this.'));
  const sure = await screen.confirm(
    l10n.t('Always allow this?'),
    l10n.t(
      'This rule will be added to {0}:\n\n{1}',
      path.relative(app.root, offered.file) || offered.file,
      offered.text,
    ),
    [l10n.t('Always Allow')],
  );
  if (sure === undefined) return;
  app.rules.write(offered);
  await decide(offered.rule.name);
  screen.flash(l10n.t('Allowed, also from now on.'));
}
