import type { EventData } from '../contract/catalog.ts';
import type { AgentEvent } from '../contract/event.ts';
import { describeEvent, untilOf } from './describe.ts';

/** One line of what happened, as the Activity view shows it. */
export interface ActivityEntry {
  readonly sequence: number;
  readonly timestamp: string;
  readonly type: AgentEvent['type'];
  readonly who: string;
  readonly task_id?: string | undefined;
  readonly text: string;
  readonly file_path?: string | undefined;
  /** Until when it lasts: ISO 8601. */
  readonly until?: string | undefined;
  /** Set where it tells of a rate limit, or of what came of one. */
  readonly is_limit?: true | undefined;
}

/** Types that are noise among what happened: bookkeeping, lives of agents that go as they should, output, figures. */
const QUIET: ReadonlySet<AgentEvent['type']> = new Set([
  'agent.output',
  'agent.created',
  'agent.invoked',
  'agent.registered',
  'agent.started',
  'agent.completed',
  'task.assigned',
  'plan.approved',
  'plan.rejected',
  'provider.called',
  'resource.used',
  'metrics.completed',
  'claim.acquired',
  'claim.released',
  'user.snoozed_item',
  'user.joined',
  'user.left',
]);

/** Tools that leave everything as it was. */
const LOOKS: readonly string[] = ['read', 'search', 'think'];
/** Tools whose files are told by events of their own. */
const WRITES: readonly string[] = ['edit', 'delete', 'move'];

/** A tool call is told once, when it has ended: if it failed, or did something that nothing else tells. */
function isTold({ tool }: EventData<'agent.progress'>): boolean {
  if (tool?.status !== 'completed') return tool?.status === 'failed';
  if (WRITES.includes(tool.kind)) return tool.file_paths.length === 0;
  return !LOOKS.includes(tool.kind);
}

function isQuiet(event: AgentEvent): boolean {
  if (event.type === 'workspace.synced') return event.data.snapshot !== undefined;
  if (event.type === 'agent.progress') return !isTold(event.data);
  if (event.type === 'agent.health')
    return event.data.current_status !== 'lost' && event.data.responding === undefined;
  return QUIET.has(event.type);
}

function isLimit(event: AgentEvent): boolean {
  switch (event.type) {
    case 'provider.rate_limited':
      return true;
    case 'alert.raised':
      return event.data.alert === 'rate_limit';
    case 'agent.stopped':
      return event.data.error_code === 'rate_limited';
    case 'task.parked':
      return event.data.kind === 'rate_limit';
    default:
      return false;
  }
}

/** What an event adds to the activity, if it is worth a person's look. */
export function activityEntryOf(event: AgentEvent): ActivityEntry | undefined {
  if (isQuiet(event)) return undefined;
  const { sequence, timestamp, type, source_agent_id: who, task_id } = event;
  const file_path = 'file_path' in event.data ? event.data.file_path : undefined;
  return {
    sequence,
    timestamp,
    type,
    who,
    task_id,
    text: describeEvent(event),
    file_path,
    until: untilOf(event),
    is_limit: isLimit(event) || undefined,
  };
}
