import * as l10n from '@vscode/l10n';
import type { Priority } from '../contract/event.ts';
import type { Role } from '../contract/events/task.ts';

/** What a person reads for the names that events have. */
export const roleWords: Readonly<Record<Role, string>> = {
  planner: l10n.t('planner'),
  coder: l10n.t('coder'),
  reviewer: l10n.t('reviewer'),
};

export const priorityWords: Readonly<Record<Priority, string>> = {
  low: l10n.t('low'),
  normal: l10n.t('normal'),
  high: l10n.t('high'),
  critical: l10n.t('critical'),
};
