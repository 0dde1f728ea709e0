import type { ChunkView, LiveChunkView, PlanView, RevisionView } from '../../src/ui/plan/protocol.ts';

/** The moment that the views are seen at. */
export const now = Date.parse('2026-03-02T14:05:00Z');

const minutesAgo = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

const firstPlan = `Requests to the public API are limited per key, so that one client cannot slow down the others.

## Approach

A token bucket per API key, kept in memory. The limit is read from \`config.toml\`, 60 requests a minute by default.

- Answer \`429\` with \`Retry-After\` when the bucket is empty.
- Requests without a key are refused as before.

## Not part of this

Limits across several servers.
`;

const secondPlan = `Requests to the public API are limited per key, so that one client cannot slow down the others.

## Approach

A sliding window per API key, kept in memory. The limit is read from \`config.toml\`, 60 requests a minute by default.

- Answer \`429\` with \`Retry-After\` when the window is full.
- Requests without a key are refused as before.
- Health checks are never limited.

\`\`\`ts
const allowed = limiter.take(key, now);
if (!allowed) return tooManyRequests(limiter.retryAfter(key, now));
\`\`\`

## Not part of this

Limits across several servers. See [the notes on sliding windows](https://example.org/sliding-window).
`;

const firstChunks: ChunkView[] = [
  {
    title: 'Count requests per key',
    files: ['src/limiter.ts', 'test/limiter.test.ts'],
    description: 'A token bucket with a clock from outside.',
    estimated_cost: 0.12,
  },
  { title: 'Read the limit from the configuration', files: ['src/config.ts'], estimated_cost: 0.06 },
  { title: 'Count in Redis', files: ['src/limiter-redis.ts'], estimated_cost: 0.2 },
];

const secondChunks: ChunkView[] = [
  {
    title: 'Count requests per key',
    files: ['src/limiter.ts', 'test/limiter.test.ts'],
    description: 'A sliding window with a clock from outside, so that tests need not wait.',
    estimated_cost: 0.14,
  },
  { title: 'Read the limit from the configuration', files: ['src/config.ts'], estimated_cost: 0.06 },
  {
    title: 'Refuse what is over the limit',
    files: ['src/server/middleware.ts', 'src/server/errors.ts', 'test/server/limit.test.ts'],
    description: 'Answers `429` with `Retry-After`. Health checks pass.',
    estimated_cost: 0.2,
  },
];

const planner = { id: 'planner-k3f9x', name: 'planner (gemini)' };

const revisionOne: RevisionView = {
  revision: 1,
  plan: firstPlan,
  chunks: firstChunks,
  estimated_cost: 0.38,
  planner,
  ready_at: minutesAgo(14),
};

/** A plan of one revision that waits for Maria. */
export const inReview: PlanView = {
  task_id: 'task-1',
  title: 'Add rate limiting to the public API',
  phase: 'plan_review',
  phase_since: minutesAgo(14),
  revision: 1,
  revisions: [revisionOne],
  chunks: [],
  planner,
  you: 'user:maria',
  trusted: true,
};

const sentBack: RevisionView = {
  ...revisionOne,
  decision: {
    verdict: 'changes',
    user_id: 'user:ben',
    at: minutesAgo(9),
    comment: 'No Redis for now, and bursts at the edge of a minute must not pass.',
    chunk_comments: [{ chunk: 2, comment: 'Leave this out.' }],
  },
};

/** Ben sent revision 1 back; revision 2 is being made. */
export const replanning: PlanView = {
  ...inReview,
  phase: 'planning',
  phase_since: minutesAgo(9),
  revision: 2,
  revisions: [sentBack],
};

const revisionTwo: RevisionView = {
  revision: 2,
  plan: secondPlan,
  chunks: secondChunks,
  estimated_cost: 0.4,
  planner,
  ready_at: minutesAgo(2),
};

/** Revision 2 waits for Maria. */
export const secondInReview: PlanView = {
  ...replanning,
  phase: 'plan_review',
  phase_since: minutesAgo(2),
  revisions: [sentBack, revisionTwo],
};

const live = (chunk: ChunkView, change: Partial<LiveChunkView>): LiveChunkView => ({
  ...chunk,
  status: 'pending',
  attempt: 0,
  changed_files: [],
  evidence: [],
  unseen: false,
  ...change,
});

const approvedTwo: RevisionView = {
  ...revisionTwo,
  decision: {
    verdict: 'approved',
    user_id: 'user:maria',
    at: minutesAgo(1),
    comment: 'Keep the names short.',
  },
};

/** Maria approved revision 2: one chunk is done, one is being worked on. */
export const executing: PlanView = {
  ...secondInReview,
  phase: 'executing',
  phase_since: minutesAgo(1),
  revisions: [sentBack, approvedTwo],
  coder: { id: 'coder-p2x7b', name: 'coder (opencode)' },
  chunks: secondChunks.map((chunk, index) =>
    index === 0
      ? live(chunk, { status: 'completed', attempt: 1, summary: 'A limiter of 60 lines and nine tests.' })
      : live(chunk, index === 1 ? { status: 'running', attempt: 2 } : {}),
  ),
};

export const failed: PlanView = {
  ...executing,
  phase: 'failed',
  phase_since: minutesAgo(0),
  failure: {
    error_message:
      'coder (opencode) ended with exit code 1 in chunk 2: the configuration has no table "limits".',
    next: 'Read the reason, then retry the task.',
  },
  chunks: executing.chunks.map((chunk, index) =>
    index === 1
      ? { ...chunk, status: 'failed', error_message: 'the configuration has no table "limits"' }
      : chunk,
  ),
};

export const completed: PlanView = {
  ...executing,
  phase: 'completed',
  summary: 'Requests are limited per key. 14 tests were added, all pass.',
  chunks: executing.chunks.map((chunk) => ({ ...chunk, status: 'completed' })),
};

export const cancelled: PlanView = {
  ...executing,
  phase: 'cancelled',
  cancelled: { user_id: 'user:ben', reason: 'We take the gateway instead.' },
  chunks: executing.chunks.map((chunk) =>
    chunk.status === 'running' ? { ...chunk, status: 'interrupted' } : chunk,
  ),
};
