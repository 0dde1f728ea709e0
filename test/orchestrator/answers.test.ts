import { describe, expect, test } from 'vitest';
import { parsePlan, parseReview, parseWork } from '../../src/orchestrator/answers.ts';

const fenced = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\``;

describe('a planner’s answer', () => {
  test('is Markdown with a block of chunks at its end', () => {
    const answer = `# Plan\n\nFirst this.\n\n${fenced({ chunks: [{ title: 'One', files: ['a.ts'] }], estimated_cost: 0.4 })}\n`;
    expect(parsePlan(answer)).toEqual({
      kind: 'answer',
      answer: {
        plan: '# Plan\n\nFirst this.',
        chunks: [{ title: 'One', files: ['a.ts'] }],
        estimated_cost: 0.4,
      },
    });
  });

  test('may hold code blocks before it, and words after it', () => {
    const answer = `# Plan\n\`\`\`ts\nconst a = 1;\n\`\`\`\n${fenced({ chunks: [{ title: 'One' }] })}\nThat is all.`;
    expect(parsePlan(answer)).toEqual({
      kind: 'answer',
      answer: {
        plan: '# Plan\n```ts\nconst a = 1;\n```\nThat is all.',
        chunks: [{ title: 'One', files: [] }],
      },
    });
  });

  test('that is nothing but JSON gets its chunks as its words', () => {
    expect(parsePlan('{"chunks":[{"title":"One","files":[]},{"title":"Two","files":[]}]}')).toMatchObject({
      kind: 'answer',
      answer: { plan: '1. One\n2. Two' },
    });
  });

  test('may be a question', () => {
    expect(parsePlan(fenced({ question: ' Which? ', options: ['a', 'b'] }))).toEqual({
      kind: 'question',
      question: { question: 'Which?', options: ['a', 'b'] },
    });
  });

  test.each([
    ['no block', 'I would do it.', 'there is no json block with the chunks'],
    ['no chunk', fenced({ chunks: [] }), 'the json block does not fit: chunks: needs at least one chunk'],
    [
      'a chunk without a title',
      fenced({ chunks: [{ files: [] }] }),
      'the json block does not fit: chunks.0.title:',
    ],
    ['broken JSON', '```json\n{"chunks": [\n```', 'there is no json block with the chunks'],
  ])('with %s is unusable and says why', (_, answer, problem) => {
    expect(parsePlan(answer)).toEqual({ kind: 'unusable', problem: expect.stringContaining(problem) });
  });
});

describe('a reviewer’s answer', () => {
  test('approves', () => {
    expect(parseReview(`All good.\n${fenced({ verdict: 'approved', findings: [] })}`)).toEqual({
      kind: 'answer',
      answer: { verdict: 'approved', summary: 'All good.' },
    });
  });

  test('names findings', () => {
    expect(parseReview(fenced({ verdict: 'changes', findings: ['A test is missing'] }))).toMatchObject({
      answer: { verdict: 'changes', findings: ['A test is missing'] },
    });
  });

  test('that wants changes without naming any is unusable', () => {
    expect(parseReview(fenced({ verdict: 'changes', findings: [] }))).toMatchObject({ kind: 'unusable' });
  });
});

describe('a coder’s answer', () => {
  test('is words, whatever blocks they hold', () => {
    const words = `Done.\n${fenced({ scripts: { test: 'vitest' } })}`;
    expect(parseWork(words)).toEqual({ kind: 'answer', answer: words });
  });

  test('may be a question', () => {
    expect(parseWork(fenced({ question: 'Overwrite it?' }))).toMatchObject({ kind: 'question' });
  });
});
