import type { CenterMessage, LaneView, Overview, TimelineItem } from '../../src/ui/center/protocol.ts';
import { now } from './plan-views.ts';

const MINUTE = 60_000;
const start = now - 12 * MINUTE;

const lane = (id: string, more: Partial<LaneView> = {}): LaneView => ({
  id,
  name: `${id.split('-', 1)[0]} (gemini)`,
  task: 'Add rate limiting',
  group: 'done',
  status: 'completed · 2 min',
  ...more,
});

export const overview: Overview = {
  numbers: {
    working: 2,
    waiting: 1,
    events_per_minute: 34,
    tokens_today: 184_250,
    cost_usd_today: 1.37,
    at_least: false,
  },
  lanes: [
    lane('planner-1', { group: 'waiting', status: 'plan in review · 2 min' }),
    lane('coder-2', { group: 'working', task: 'Fix login', status: 'editing src/login.ts · 38 % · 4 min' }),
    lane('coder-3', { group: 'working', task: 'Update the docs', status: 'running npm test · 1 min' }),
    lane('reviewer-4', {
      group: 'lost',
      task: 'Fix login',
      status: 'last seen 14:02 · process 4123 ended by signal 9',
    }),
    lane('planner-5', { task: 'Fix login' }),
    { id: 'people', name: 'people', group: 'others', status: '' },
    { id: 'orchestrator', name: 'orchestrator', group: 'others', status: '' },
  ],
  targets: [
    { id: 'workspace', label: 'New task', description: '' },
    { id: 'task:t1', label: 'Add rate limiting', description: 'task · plan in review' },
    { id: 'agent:coder-2', label: 'coder (gemini)', description: 'agent · editing src/login.ts' },
  ],
  trusted: true,
};

const createTask = {
  type: 'actions',
  target: 'workspace',
  actions: [
    {
      id: 'create_task',
      label: 'Create Task',
      words: 'required',
      hint: 'What should be done? An agent plans it first.',
    },
  ],
} as const satisfies CenterMessage;

/** Numbers that look random and are the same each time. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** So many events of some agents over a stretch of time, as they come. */
export function manyItems(
  count: number,
  { from = start, until = now, lanes = 12, after = 0, seed = 1 } = {},
): TimelineItem[] {
  const random = generator(seed);
  const marks = [
    'step',
    'step',
    'step',
    'step',
    'file',
    'life',
    'done',
    'problem',
    'ask',
    'decision',
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const agent = `agent-${Math.floor(random() * lanes)}`;
    const isSample = index % 5 === 0;
    return {
      sequence: after + index + 1,
      at: from + ((until - from) * index) / count,
      lane: agent,
      mark: isSample ? undefined : marks[Math.floor(random() * marks.length)],
      text: `did something with src/file-${index}.ts`,
      span: index % 400 < lanes ? { is: 'turn', label: `Chunk ${index}` } : undefined,
      sample: isSample
        ? { cpu_percent: 20 + 60 * random(), memory_mb: 300 + 200 * random() }
        : index % 7 === 0
          ? { tokens: Math.round(2000 * random()), cost_usd: 0.02 * random() }
          : undefined,
    };
  });
}

export const lanesFor = (count: number): LaneView[] =>
  Array.from({ length: count }, (_, index) =>
    lane(`agent-${index}`, {
      name: `coder ${index} (gemini)`,
      group: index < count / 2 ? 'working' : 'done',
    }),
  );

type Told = Omit<TimelineItem, 'sequence' | 'at'> & { readonly minutes: number };

/** Events of the lanes of {@link overview}: a plan that waits, chunks, files, a question, an agent that was lost. */
function story(): TimelineItem[] {
  const random = generator(7);
  const told: Told[] = [
    { minutes: 0, lane: 'people', task_id: 't1', mark: 'decision', text: 'created the task “Fix login”' },
    { minutes: 0.1, lane: 'orchestrator', mark: 'life', text: 'took the task up' },
    {
      minutes: 0.2,
      lane: 'planner-5',
      mark: 'life',
      text: 'was given a prompt: plan',
      span: { is: 'turn', label: 'Plan 1' },
    },
    {
      minutes: 2,
      lane: 'planner-5',
      task_id: 't2',
      mark: 'ask',
      text: 'plan ready: revision 1, 3 chunks',
      span: { is: 'waits', key: 'plan:t2:1' },
    },
    { minutes: 2.05, lane: 'planner-5', mark: 'done', text: 'finished', span: { is: 'agent_over' } },
    {
      minutes: 3.4,
      lane: 'people',
      task_id: 't2',
      mark: 'decision',
      text: 'approved revision 1',
      span: { is: 'settled', key: 'plan:t2:1' },
    },
    {
      minutes: 3.5,
      lane: 'coder-2',
      mark: 'life',
      text: 'began chunk 1',
      span: { is: 'turn', label: 'Chunk 1' },
    },
    {
      minutes: 5,
      lane: 'coder-2',
      task_id: 't2',
      mark: 'ask',
      text: 'asks for permission: Run npm install',
      span: { is: 'waits', key: 'permission:t2:1' },
    },
    {
      minutes: 5.8,
      lane: 'people',
      task_id: 't2',
      mark: 'decision',
      text: 'allowed it',
      span: { is: 'settled', key: 'permission:t2:1' },
    },
    { minutes: 7, lane: 'coder-2', mark: 'done', text: 'completed chunk 1', span: { is: 'idle' } },
    {
      minutes: 7.1,
      lane: 'reviewer-4',
      mark: 'life',
      text: 'was given a prompt: review',
      span: { is: 'turn', label: 'Review 1' },
    },
    {
      minutes: 8.3,
      lane: 'reviewer-4',
      mark: 'problem',
      text: 'lost: process 4123 ended by signal 9',
      span: { is: 'agent_over' },
    },
    {
      minutes: 8.6,
      lane: 'coder-2',
      mark: 'life',
      text: 'began chunk 2',
      span: { is: 'turn', label: 'Chunk 2' },
    },
    {
      minutes: 9,
      lane: 'coder-3',
      mark: 'life',
      text: 'began chunk 1',
      span: { is: 'turn', label: 'Chunk 1' },
    },
    { minutes: 9.5, lane: 'coder-3', mark: 'problem', text: 'npm test failed' },
    {
      minutes: 6,
      lane: 'planner-1',
      mark: 'life',
      text: 'was given a prompt: plan',
      span: { is: 'turn', label: 'Plan 2' },
    },
    {
      minutes: 9.8,
      lane: 'planner-1',
      task_id: 't1',
      mark: 'ask',
      text: 'plan ready: revision 2, 3 chunks',
      span: { is: 'waits', key: 'plan:t1:2' },
    },
    { minutes: 9.85, lane: 'planner-1', mark: 'done', text: 'finished', span: { is: 'agent_over' } },
  ];
  const busy: readonly (readonly [string, number, number])[] = [
    ['planner-5', 0.3, 2],
    ['coder-2', 3.6, 4.9],
    ['coder-2', 5.9, 7],
    ['coder-2', 8.7, 12],
    ['coder-3', 9.1, 12],
    ['planner-1', 6.1, 9.7],
    ['reviewer-4', 7.2, 8.2],
  ];
  for (const [agent, from, until] of busy) {
    for (let minutes = from; minutes < until; minutes += 0.08 + random() * 0.2) {
      const isFile = random() < 0.15;
      told.push({
        minutes,
        lane: agent,
        mark: isFile ? 'file' : 'step',
        text: isFile ? 'modified src/login.ts +12 −3' : 'read src/login.ts',
      });
    }
    for (let minutes = from; minutes < until; minutes += 0.25)
      told.push({
        minutes,
        lane: agent,
        text: 'uses 412 MB and 9 % CPU',
        sample: { cpu_percent: 5 + random() * 70, memory_mb: 380 + minutes * 12 + random() * 30 },
      });
    for (let minutes = from; minutes < until; minutes += 0.5)
      told.push({
        minutes,
        lane: agent,
        mark: 'step',
        text: 'used gemini-2.5',
        sample: { tokens: Math.round(500 + 3000 * random()), cost_usd: 0.04 * random() },
      });
  }
  return told
    .toSorted((a, b) => a.minutes - b.minutes)
    .map(({ minutes, ...item }, index) => ({ ...item, sequence: index + 1, at: start + minutes * MINUTE }));
}

/** The page as it is after all has been read. */
export const shown: readonly CenterMessage[] = [
  { type: 'overview', overview },
  { type: 'items', place: 'first', items: [], has_older: false },
  { type: 'items', place: 'older', items: story(), has_older: false },
  createTask,
];
