import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { catalog, eventTypes, isEventType } from '../../src/contract/catalog.ts';
import { completeDraft } from '../../src/contract/draft.ts';
import { storedEventOf } from './arbitraries.ts';
import { defaults } from './drafts.ts';

/** The event types that Lineclear promises, by family: programs that read its log rely on them. */
const PROMISED = `
task.created task.assigned task.started task.completed task.failed task.cancelled task.parked task.resumed
plan.ready plan.approved plan.rejected
chunk.started chunk.completed chunk.failed
agent.created agent.registered agent.invoked agent.started agent.paused agent.resumed agent.completed agent.failed
agent.stopped agent.deleted agent.health
agent.progress agent.milestone agent.output
question.asked permission.requested handoff.requested handoff.validated handoff.rejected
file.created file.modified file.deleted workspace.synced claim.acquired claim.released claim.denied scope.exceeded
provider.called provider.failed provider.rate_limited
resource.used resource.limit_exceeded budget.exceeded
test.passed test.failed
memory.written memory.updated memory.deleted memory.conflicted context.updated
error.occurred alert.raised metrics.completed
user.approved_plan user.rejected_plan user.answered_question user.decided_permission user.requested_retry
user.injected_context user.injected_prompt user.cancelled_task user.paused_agent user.resumed_agent user.joined user.left
delivery.parked delivery.replayed
`
  .trim()
  .split(/\s+/);

/** Fields that the data of a family must offer. */
const FIELDS: readonly (readonly [types: RegExp, fields: string])[] = [
  [
    /^agent\.(created|registered|invoked|started|paused|resumed|completed|failed|stopped|deleted|health)$/,
    'agent_name previous_status current_status reason error_message',
  ],
  [/^agent\.(progress|milestone)$/, 'progress stage description milestone'],
  [/^file\./, 'operation file_path file_size content_hash'],
  [
    /^provider\./,
    'provider model tokens_used input_tokens output_tokens cost_usd duration_ms error_code error_message retry_at',
  ],
  [/^resource\./, 'memory_mb cpu_percent disk_usage_mb network_bytes file_count'],
  [/^task\.created$/, 'description interactive'],
  [/^plan\.ready$/, 'revision plan chunks estimated_cost'],
  [/^user\.approved_plan$/, 'revision user_id comment'],
  [/^memory\./, 'note_id user_id agent_id domain content_hash'],
];

describe('the catalog', () => {
  it('has every type that is promised', () => {
    expect(PROMISED.filter((type) => !isEventType(type))).toStrictEqual([]);
  });

  it.each(FIELDS)('types %s have the fields %s', (types, fields) => {
    const matching = eventTypes.filter((type) => types.test(type));
    expect(matching).not.toStrictEqual([]);
    for (const type of matching)
      expect(Object.keys(catalog[type].data.shape)).toEqual(expect.arrayContaining(fields.split(' ')));
  });

  it('names types `domain.past_tense` and says in a sentence what happened', () => {
    for (const type of eventTypes) {
      expect(type).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
      expect(catalog[type].summary).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('has an upcaster from every older version to the next', () => {
    const gaps = eventTypes.flatMap((type) => {
      const definition = catalog[type];
      const steps: Readonly<Record<number, unknown>> = 'upcasters' in definition ? definition.upcasters : {};
      return Array.from({ length: definition.version - 1 }, (_, index) => index + 1)
        .filter((from) => typeof steps[from] !== 'function')
        .map((from) => `${type} ${from}`);
    });
    expect(gaps).toStrictEqual([]);
  });

  it('accepts every event that fits its schemas', () => {
    for (const type of eventTypes) {
      fc.assert(
        fc.property(storedEventOf(type), (stored) => {
          const { tenant_id: tenantId, sequence, ...given } = stored;
          expect(sequence).toBeGreaterThan(0);
          expect(completeDraft(given, { ...defaults, tenantId })).toStrictEqual({
            ...given,
            tenant_id: tenantId,
          });
        }),
        { numRuns: 15 },
      );
    }
  });
});
