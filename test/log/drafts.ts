import type { AgentEvent, EventDraft } from '../../src/contract/event.ts';
import type { EventLog, ReadQuery } from '../../src/log/log.ts';

type Common = Partial<Omit<EventDraft<'agent.output'>, 'type' | 'data'>>;

const common = () => ({ source: 'cli', source_agent_id: 'user:test', call_chain: ['user:test'] });

/** A small valid draft; `fields` are those of the envelope. */
export const output = (text: string, fields: Common = {}): EventDraft<'agent.output'> => ({
  ...common(),
  ...fields,
  type: 'agent.output',
  data: { stream: 'message', text },
});

export const progress = (description: string, fields: Common = {}): EventDraft<'agent.progress'> => ({
  ...common(),
  ...fields,
  type: 'agent.progress',
  data: { progress: 0.5, stage: 'test', description },
});

/** A draft with any fields: what reaches a log from outside is not typed. */
export const untyped = (fields: Readonly<Record<string, unknown>>): EventDraft => ({
  ...output('untyped'),
  ...fields,
});

/** `count` drafts, with texts `first`, `first + 1` … */
export const outputs = (count: number, first = 0, fields: Common = {}): EventDraft[] =>
  Array.from({ length: count }, (_, index) => output(String(first + index), fields));

export async function readAll(log: EventLog, query?: ReadQuery): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of log.read(query)) events.push(event);
  return events;
}

export const sequences = (events: readonly AgentEvent[]): number[] => events.map(({ sequence }) => sequence);

/** first, first + 1 … last */
export const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

export const texts = (events: readonly AgentEvent[]): string[] =>
  events.map((event) => (event.type === 'agent.output' ? event.data.text : event.type));
