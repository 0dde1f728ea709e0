import * as l10n from '@vscode/l10n';
import type { EventData } from '../../contract/catalog.ts';
import type { AgentEvent } from '../../contract/event.ts';
import { actorOf } from '../../state/agent.ts';
import { describeWithTime } from '../../state/describe.ts';
import { shorten } from '../../state/shorten.ts';
import { tokensOf } from '../../state/usage.ts';
import type { MarkKind, Sample, Span, TimelineItem } from './protocol.ts';

/** The lane of what persons decide and ask for. */
export const PEOPLE = 'people';

const kinds: Readonly<Partial<Record<AgentEvent['type'], MarkKind>>> = {
  'task.created': 'decision',
  'agent.progress': 'step',
  'agent.output': 'step',
  'agent.milestone': 'done',
  'agent.failed': 'problem',
  'agent.completed': 'done',
  'file.created': 'file',
  'file.modified': 'file',
  'file.deleted': 'file',
  'provider.called': 'step',
  'provider.failed': 'problem',
  'provider.rate_limited': 'problem',
  'resource.limit_exceeded': 'problem',
  'budget.exceeded': 'problem',
  'scope.exceeded': 'problem',
  'claim.denied': 'problem',
  'memory.conflicted': 'problem',
  'delivery.parked': 'problem',
  'error.occurred': 'problem',
  'alert.raised': 'problem',
  'question.asked': 'ask',
  'permission.requested': 'ask',
  'plan.ready': 'ask',
  'chunk.completed': 'done',
  'chunk.failed': 'problem',
  'task.completed': 'done',
  'task.failed': 'problem',
  'handoff.validated': 'done',
  'handoff.rejected': 'problem',
  'test.passed': 'done',
  'test.failed': 'problem',
};

function markOf(event: AgentEvent): MarkKind | undefined {
  // Its figures are in the charts.
  if (event.type === 'resource.used') return undefined;
  if (event.type === 'agent.health') return event.data.current_status === 'lost' ? 'problem' : 'life';
  return kinds[event.type] ?? (event.type.startsWith('user.') ? 'decision' : 'life');
}

function turnLabel({ purpose, number }: EventData<'agent.invoked'>): string {
  switch (purpose) {
    case 'plan':
      return l10n.t('Plan {0}', number);
    case 'chunk':
      return l10n.t('Chunk {0}', number + 1);
    case 'review':
      return l10n.t('Review {0}', number + 1);
    case 'message':
      return l10n.t('Prompt {0}', number + 1);
  }
}

function spanOf(event: AgentEvent): Span | undefined {
  const task = event.task_id ?? '';
  switch (event.type) {
    case 'agent.invoked':
      return { is: 'turn', label: turnLabel(event.data) };
    case 'question.asked':
      return { is: 'waits', key: `question:${task}:${event.data.question_id}` };
    case 'user.answered_question':
      return { is: 'settled', key: `question:${task}:${event.data.question_id}` };
    case 'permission.requested':
      return { is: 'waits', key: `permission:${task}:${event.data.request_id}` };
    case 'user.decided_permission':
      return { is: 'settled', key: `permission:${task}:${event.data.request_id}` };
    case 'plan.ready':
      return { is: 'waits', key: `plan:${task}:${event.data.revision}` };
    case 'user.approved_plan':
    case 'user.rejected_plan':
      return { is: 'settled', key: `plan:${task}:${event.data.revision}` };
    case 'agent.paused':
      return { is: 'waits', key: `pause:${event.data.agent_id}` };
    case 'agent.resumed':
      return { is: 'settled', key: `pause:${event.data.agent_id}` };
    case 'agent.health':
      if (event.data.current_status === 'lost') return { is: 'agent_over' };
      return event.data.current_status === 'idle' ? { is: 'idle' } : undefined;
    case 'agent.completed':
    case 'agent.failed':
    case 'agent.stopped':
    case 'agent.deleted':
      return { is: 'agent_over' };
    case 'task.completed':
    case 'task.failed':
    case 'user.cancelled_task':
      return { is: 'task_over' };
    default:
      return undefined;
  }
}

function sampleOf(event: AgentEvent): Sample | undefined {
  switch (event.type) {
    case 'resource.used':
    case 'resource.limit_exceeded': {
      const { cpu_percent, memory_mb } = event.data;
      return { cpu_percent, memory_mb };
    }
    case 'provider.called':
      return { tokens: tokensOf(event.data), cost_usd: event.data.cost_usd };
    default:
      return undefined;
  }
}

/** An event as the timeline shows it. Pure. */
export function timelineItemOf(event: AgentEvent): TimelineItem {
  const actor = actorOf(event);
  return {
    sequence: event.sequence,
    at: Date.parse(event.timestamp),
    lane: actor.startsWith('user:') ? PEOPLE : actor,
    task_id: event.task_id,
    mark: markOf(event),
    text: shorten(describeWithTime(event), 120),
    span: spanOf(event),
    sample: sampleOf(event),
  };
}
