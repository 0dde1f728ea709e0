import { type DraftDefaults, completeDraft } from '../../src/contract/draft.ts';
import type { CompleteDraft } from '../../src/contract/event.ts';
import { LineclearError } from '../../src/contract/errors.ts';

export const ID = '01890000-0000-7000-8000-000000000001';
export const NOW = '2026-03-01T12:00:00.000Z';

export const defaults: DraftDefaults = {
  tenantId: 'local',
  newId: () => ID,
  now: () => new Date(NOW),
};

/** The least that a draft needs, with fields of its own. */
export const draft = (fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  type: 'task.created',
  task_id: 'task-1',
  source: 'cli',
  source_agent_id: 'user:ada',
  call_chain: ['user:ada'],
  data: { description: 'Add rate limiting', interactive: true },
  ...fields,
});

export const complete = (fields?: Readonly<Record<string, unknown>>): CompleteDraft =>
  completeDraft(draft(fields), defaults);

/** How a draft is refused: `code field: message`. */
export function refusalOf(given: unknown): string {
  try {
    completeDraft(given, defaults);
  } catch (error) {
    if (error instanceof LineclearError) return `${error.code} | ${error.field ?? ''} | ${error.message}`;
    throw error;
  }
  return 'accepted';
}
