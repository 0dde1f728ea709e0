import type { EventData, EventType } from '../../src/contract/catalog.ts';
import { decodeEvent } from '../../src/contract/decode.ts';
import { completeDraft } from '../../src/contract/draft.ts';
import type { AgentStatus } from '../../src/contract/events/agent.ts';
import { roleSchema } from '../../src/contract/events/task.ts';
import { type WorldFold, createWorld } from '../../src/state/world.ts';
import type { Moment } from '../../src/state/wording.ts';

/** Who, what, the data, and the task if it is another one. */
export type Step = {
  [T in EventType]: readonly [who: string, type: T, data: EventData<T>, task?: string];
}[EventType];

export const START = Date.parse('2026-03-02T14:00:00Z');
const TASK = 'login';

/** The time after so many steps, ten seconds each. */
export const momentAfter = (steps: number): Moment => ({
  now: START + steps * 10_000,
  timeZone: 'UTC',
});

/** The world after these steps; ten seconds pass between one and the next where nothing else is said. */
export function worldOf(
  steps: readonly Step[],
  world: WorldFold = createWorld(),
  { task = TASK, stepMs = 10_000 } = {},
): WorldFold {
  for (const [who, type, data, task_id = task] of steps) {
    const sequence = world.position + 1;
    const draft = { type, data, task_id, source: 'test', source_agent_id: who, call_chain: [who] };
    const event = completeDraft(draft, {
      tenantId: 'local',
      newId: () => `01900000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
      now: () => new Date(START + sequence * stepMs),
    });
    world.apply(decodeEvent({ ...event, sequence }));
  }
  return world;
}

export const created = (description: string, task?: string): Step => [
  'user:maria',
  'task.created',
  { description, interactive: true },
  task,
];

export const started = (task?: string): Step => ['orchestrator', 'task.started', {}, task];

export const plan = (revision: number, task?: string): Step => [
  'planner-1',
  'plan.ready',
  {
    revision,
    plan: '# Plan',
    chunks: [
      { title: 'Reproduce the failure', files: ['test/login.test.ts'] },
      { title: 'Correct the token check', files: ['src/login.ts', 'src/token.ts'] },
    ],
    estimated_cost: 0.4,
  },
  task,
];

const roleOf = (agentId: string) => roleSchema.safeParse(agentId.split('-', 1)[0]).data;

/** An agent that came into a status; `coder-1` has the role of a coder. */
export const agent = (
  agent_id: string,
  type: 'agent.started' | 'agent.health' | 'agent.completed' | 'agent.failed' | 'agent.stopped',
  current_status: AgentStatus,
  more: Partial<EventData<'agent.health'>> = {},
  task?: string,
): Step => [
  'orchestrator',
  type,
  {
    agent_id,
    agent_name: 'gemini',
    role: roleOf(agent_id),
    previous_status: 'created',
    current_status,
    ...more,
  },
  task,
];

export const question = (id: string, options?: string[], task?: string): Step => [
  'coder-1',
  'question.asked',
  { question_id: id, question: 'Which database should tests use?', options },
  task,
];

export const permission = (id: string, command: string, task?: string): Step => [
  'coder-1',
  'permission.requested',
  { request_id: id, title: 'Run a command', kind: 'execute', command, file_paths: [] },
  task,
];

export const approved = (revision: number, task?: string): Step => [
  'user:maria',
  'user.approved_plan',
  { user_id: 'maria', revision },
  task,
];

export const sentBack = (revision: number, task?: string): Step => [
  'user:maria',
  'user.rejected_plan',
  { user_id: 'maria', revision, verdict: 'changes', comment: 'Smaller steps.' },
  task,
];

export const failed = (task?: string): Step => [
  'orchestrator',
  'task.failed',
  { error_message: 'gemini is not installed', next: 'Install it, then retry.' },
  task,
];
