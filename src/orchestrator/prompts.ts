import { LineclearError } from '../contract/errors.ts';
import type { Role } from '../contract/events/task.ts';
import { UNSEEN, changeWords, evidenceLines, isUnseen, turnWords } from '../state/evidence.ts';
import { messagesFor } from '../state/messages.ts';
import { type ChunkState, type PlanRevision, type TaskState, currentPlan } from '../state/task.ts';
import type { Turn } from './decide.ts';

const opening: Readonly<Record<Role, string>> = {
  planner: `You are the planner of a task in Lineclear. Look at the workspace, then answer with a plan. Do not change any file.`,
  coder: `You are the coder of a task in Lineclear. Carry out the chunk below in the workspace, and nothing beyond it.`,
  reviewer: `You are the reviewer of a task in Lineclear. Check the work in the workspace against the task and its plan. Do not change any file.`,
};

const section = (title: string, body: string): string =>
  body.trim() === '' ? '' : `## ${title}\n${body.trim()}`;

const fenced = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');

/** How to ask a person, for agents that have no other way. */
const asking = (task: TaskState): string =>
  task.interactive
    ? `If you cannot go on without an answer of the person, answer with nothing but such a block instead:\n${fenced({ question: 'Which database?', options: ['sqlite', 'postgres'] })}`
    : `Nobody can answer questions: decide by yourself and say what you decided.`;

const shared = (task: TaskState): string[] => [
  section('Task', task.description),
  section('Context', bullets(task.contexts)),
  section('Answers', bullets(task.answers.map(({ question, answer }) => `${question} ${answer}`))),
];

const chunkLine = ({ title, files, status }: ChunkState, index: number): string => {
  const skipped = status === 'skipped' ? ' — skipped by the person: it is not to be done' : '';
  return `${index + 1}. ${title}${files.length ? ` (${files.join(', ')})` : ''}${skipped}`;
};

const chunkLines = (chunks: readonly ChunkState[]): string => chunks.map(chunkLine).join('\n');

/** What people want of the agent in this turn. */
const wishes = (task: TaskState, agentId: string): string =>
  section('From the person', bullets(messagesFor(task, agentId).map(({ text }) => text)));

function commentsOn({ revision, decision, chunks, plan }: PlanRevision): string {
  if (!decision || decision.verdict === 'approved') return '';
  const verdict =
    decision.verdict === 'changes'
      ? 'The person wants this plan changed:'
      : 'The person rejected this plan; find another way:';
  const comments = [
    ...(decision.comment ? [decision.comment] : []),
    ...(decision.paragraph_comments ?? []).map(({ quote, comment }) => `On “${quote}”: ${comment}`),
    ...(decision.chunk_comments ?? []).map(
      ({ chunk, comment }) => `On chunk ${chunk + 1} (${chunks[chunk]?.title ?? 'unknown'}): ${comment}`,
    ),
  ];
  return section(
    `Comments on revision ${revision}`,
    `${verdict}\n${bullets(comments)}\n\n### Revision ${revision} was\n${plan}`,
  );
}

const join = (parts: readonly string[]): string => parts.filter((part) => part !== '').join('\n\n');

function planPrompt(task: TaskState, agentId: string): string {
  const example = {
    chunks: [{ title: 'Correct the token check', files: ['src/login.ts'], description: 'What to do' }],
    estimated_cost: 0.4,
  };
  return join([
    opening.planner,
    ...shared(task),
    ...task.plans.filter((plan) => plan.revision < task.revision).map(commentsOn),
    wishes(task, agentId),
    section(
      'Answer',
      `Write the plan in Markdown for a person who decides whether it is carried out. Cut the work into chunks that can be done one after the other; name the files that each will touch, relative to the workspace. End with one block of exactly this form (estimated_cost in US dollars may be left out):\n${fenced(example)}\n${asking(task)}`,
    ),
  ]);
}

function chunkPrompt(task: TaskState, agentId: string, index: number, chunk: ChunkState): string {
  const total = task.chunks.length;
  const files = chunk.files.length ? `Files: ${chunk.files.join(', ')}\n` : '';
  const { last_failure } = chunk;
  const how = last_failure === undefined ? 'was interrupted' : 'failed';
  const failed =
    chunk.attempt > 1
      ? `\nAn earlier attempt at this chunk ${how}: look at what is there already.\n\n${last_failure ?? ''}`.trimEnd()
      : '';
  return join([
    opening.coder,
    ...shared(task),
    section('Plan', currentPlan(task)?.plan ?? ''),
    section('Chunks', chunkLines(task.chunks)),
    section(
      `Chunk ${index + 1} of ${total}: ${chunk.title}`,
      `${files}${chunk.description ?? chunk.title}${failed}`,
    ),
    wishes(task, agentId),
    section('Answer', `When the chunk is done, say in a few words what you did. ${asking(task)}`),
  ]);
}

/** What the host itself saw: the reviewer is not to take a claim for a fact. */
function seenLines({ chunks, excess }: TaskState): string {
  const seen = chunks.flatMap((chunk, index) => {
    const { evidence } = chunk;
    if (!evidence) return [];
    const unseen = isUnseen(chunk) ? [`${UNSEEN}: look whether the work is really there`] : [];
    return [`Chunk ${index + 1}: ${[...unseen, ...evidenceLines(evidence)].join('; ') || 'no change'}`];
  });
  const outside = excess.map(
    (item) => `Outside the plan: ${item.file_path} (${changeWords(item)}, ${turnWords(item)})`,
  );
  return bullets([...seen, ...outside]);
}

function reviewPrompt(task: TaskState, agentId: string): string {
  return join([
    opening.reviewer,
    ...shared(task),
    section('Plan', currentPlan(task)?.plan ?? ''),
    section('Chunks', chunkLines(task.chunks)),
    section('Changed files', bullets(task.changed_files)),
    section('Seen on the disk', seenLines(task)),
    wishes(task, agentId),
    section(
      'Answer',
      `Say in a few words what you checked, then end with one block of this form. "verdict" is "approved" or "changes"; with "changes" name what must be done:\n${fenced({ verdict: 'changes', findings: ['The test for an expired token is missing'] })}\n${asking(task)}`,
    ),
  ]);
}

/** The prompt that asks an agent for a turn, with everything that it needs to know. */
export function turnPrompt(task: TaskState, turn: Turn, agentId: string): string {
  switch (turn.purpose) {
    case 'plan':
      return planPrompt(task, agentId);
    case 'chunk': {
      const chunk = task.chunks[turn.index];
      if (!chunk) throw new LineclearError('agent_failed', `The plan has no chunk ${turn.index + 1}.`);
      return chunkPrompt(task, agentId, turn.index, { ...chunk, attempt: turn.attempt });
    }
    case 'review':
      return reviewPrompt(task, agentId);
  }
}

/** The prompt for an open session whose question was answered. */
export function answerPrompt(question: string, answer: string): string {
  return join([
    section('Answers', `- ${question} ${answer}`),
    'Go on with what you were asked to do, and answer in the form that was asked for.',
  ]);
}

/** The prompt for an open session in the middle of a turn: what people said meanwhile. */
export const messagePrompt = (messages: readonly string[], contexts: readonly string[]): string =>
  join([
    section('From the person', bullets(messages)),
    section('Context', bullets(contexts)),
    'Take this up in what you were asked to do and go on. Then give your whole answer, in the form that was asked for.',
  ]);

/** The prompt for an open session whose answer could not be used. */
export const repeatPrompt = (problem: string): string =>
  `Your answer cannot be used: ${problem}. Give the whole answer again, in the form that was asked for.`;
