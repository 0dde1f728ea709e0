import { expect, test } from 'vitest';
import type { Turn } from '../../src/orchestrator/decide.ts';
import { answerPrompt, repeatPrompt, turnPrompt } from '../../src/orchestrator/prompts.ts';
import * as e from '../state/events.ts';
import { taskAfter } from '../state/given.ts';

const prompt = (steps: readonly e.Step[], turn: Turn) => turnPrompt(taskAfter(steps), turn, `${turn.role}-1`);
/** Without the form of the answer, which does not depend on what came before. */
const beforeAnswer = (text: string) => text.slice(0, text.indexOf('## Answer\n'));
const alone = e.step(
  'task.created',
  { description: 'Add rate limiting', interactive: false },
  { by: 'user:ada' },
);
const plan = (revision: number): Turn => ({ purpose: 'plan', role: 'planner', revision });
const chunk = (index: number, attempt: number): Turn => ({ purpose: 'chunk', role: 'coder', index, attempt });

test('a plan', () => {
  expect(prompt(e.upTo.planning, plan(1))).toMatchInlineSnapshot(`
    "You are the planner of a task in Lineclear. Look at the workspace, then answer with a plan. Do not change any file.

    ## Task
    Add rate limiting

    ## Answer
    Write the plan in Markdown for a person who decides whether it is carried out. Cut the work into chunks that can be done one after the other; name the files that each will touch, relative to the workspace. End with one block of exactly this form (estimated_cost in US dollars may be left out):
    \`\`\`json
    {"chunks":[{"title":"Correct the token check","files":["src/login.ts"],"description":"What to do"}],"estimated_cost":0.4}
    \`\`\`
    If you cannot go on without an answer of the person, answer with nothing but such a block instead:
    \`\`\`json
    {"question":"Which database?","options":["sqlite","postgres"]}
    \`\`\`"
  `);
});

test('a plan after comments on two revisions, with what the person added and answered', () => {
  const comments = {
    chunk_comments: [{ chunk: 1, comment: 'Not here.' }],
    paragraph_comments: [{ quote: 'Plan 1', comment: 'Say which.' }],
  };
  const steps = [
    ...e.upTo.planning,
    e.context('We use Redis.'),
    e.asked('q1'),
    e.answered('q1', 'The second.'),
    e.planReady(1),
    e.rejected(1, comments),
    e.planReady(2, ['Other']),
    e.rejected(2, { verdict: 'rejected', comment: 'Too much.' }),
  ];
  expect(beforeAnswer(prompt(steps, plan(3)))).toMatchInlineSnapshot(`
    "You are the planner of a task in Lineclear. Look at the workspace, then answer with a plan. Do not change any file.

    ## Task
    Add rate limiting

    ## Context
    - We use Redis.

    ## Answers
    - Which one, q1? The second.

    ## Comments on revision 1
    The person wants this plan changed:
    - Smaller steps.
    - On “Plan 1”: Say which.
    - On chunk 2 (Two): Not here.

    ### Revision 1 was
    # Plan 1

    ## Comments on revision 2
    The person rejected this plan; find another way:
    - Too much.

    ### Revision 2 was
    # Plan 2

    "
  `);
});

test('a plan where nobody can answer', () => {
  const text = prompt([alone, e.started()], plan(1));
  expect(text).toContain('Nobody can answer questions: decide by yourself and say what you decided.');
  expect(text).not.toContain('Which database?');
});

test('a chunk, begun again', () => {
  expect(prompt([...e.upTo.executing, e.context('We use Redis.')], chunk(1, 2))).toMatchInlineSnapshot(`
    "You are the coder of a task in Lineclear. Carry out the chunk below in the workspace, and nothing beyond it.

    ## Task
    Add rate limiting

    ## Context
    - We use Redis.

    ## Plan
    # Plan 1

    ## Chunks
    1. One
    2. Two

    ## Chunk 2 of 2: Two
    Two
    An earlier attempt at this chunk was interrupted: look at what is there already.

    ## Answer
    When the chunk is done, say in a few words what you did. If you cannot go on without an answer of the person, answer with nothing but such a block instead:
    \`\`\`json
    {"question":"Which database?","options":["sqlite","postgres"]}
    \`\`\`"
  `);
});

test('a chunk with its files, for the first time', () => {
  const chunks = [{ title: 'Limit', files: ['src/limit.ts', 'test/limit.ts'], description: 'Count calls.' }];
  const ready = e.step('plan.ready', { revision: 1, plan: '# Plan 1', chunks });
  const text = prompt([...e.upTo.planning, ready, e.approved()], chunk(0, 1));
  expect(text).toContain('1. Limit (src/limit.ts, test/limit.ts)');
  expect(text).toContain('## Chunk 1 of 1: Limit\nFiles: src/limit.ts, test/limit.ts\nCount calls.\n\n');
  expect(text).not.toContain('interrupted');
});

test('findings of a reviewer', () => {
  const text = prompt([...e.upTo.reviewing, e.reviewFailed(0, ['Name it.', 'Test it.'])], chunk(2, 1));
  expect(text).toContain('## Chunk 3 of 3: Review findings, round 1\n- Name it.\n- Test it.\n');
});

test('a chunk that the plan does not have', () => {
  expect(() => prompt(e.upTo.executing, chunk(7, 1))).toThrow('The plan has no chunk 8.');
});

test('a review', () => {
  const changed = e.step('file.created', { operation: 'create', file_path: 'src/limit.ts' });
  const turn: Turn = { purpose: 'review', role: 'reviewer', round: 0 };
  expect(prompt([...e.upTo.reviewing, changed], turn)).toMatchInlineSnapshot(`
    "You are the reviewer of a task in Lineclear. Check the work in the workspace against the task and its plan. Do not change any file.

    ## Task
    Add rate limiting

    ## Plan
    # Plan 1

    ## Chunks
    1. One
    2. Two

    ## Changed files
    - src/limit.ts

    ## Answer
    Say in a few words what you checked, then end with one block of this form. "verdict" is "approved" or "changes"; with "changes" name what must be done:
    \`\`\`json
    {"verdict":"changes","findings":["The test for an expired token is missing"]}
    \`\`\`
    If you cannot go on without an answer of the person, answer with nothing but such a block instead:
    \`\`\`json
    {"question":"Which database?","options":["sqlite","postgres"]}
    \`\`\`"
  `);
});

test('what an open session is told', () => {
  expect(answerPrompt('Which database?', 'sqlite')).toMatchInlineSnapshot(`
    "## Answers
    - Which database? sqlite

    Go on with what you were asked to do, and answer in the form that was asked for."
  `);
  expect(repeatPrompt('there is no json block')).toMatchInlineSnapshot(
    `"Your answer cannot be used: there is no json block. Give the whole answer again, in the form that was asked for."`,
  );
});
