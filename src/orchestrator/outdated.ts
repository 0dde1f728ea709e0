import { LineclearError } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { ORCHESTRATOR } from './task-writer.ts';

/**
 * Records that an orchestrator ends because of an event that a newer program has written. What is not understood must not be
 * decided on: it may be that somebody wants an agent to stop.
 */
export async function recordOutdated(
  log: EventLog,
  { id, type, data }: AgentEvent,
  note: (line: string) => void,
): Promise<void> {
  const what = type === 'unknown' ? data.original_type : type;
  const { code, message, next } = new LineclearError(
    'orchestrator_outdated',
    `This orchestrator has ended: a newer Lineclear has written to the log (${what}).`,
  );
  note(message);
  const draft = { type: 'error.occurred', data: { code, message, next } } as const;
  const by = { source: ORCHESTRATOR, source_agent_id: ORCHESTRATOR, call_chain: [ORCHESTRATOR] };
  await log.append([{ id: derivedEventId(id, 'outdated'), ...draft, ...by, causation_id: id }]);
}
