import { expect, test } from 'vitest';
import { choosePermission } from '../../src/agents/acp-permission.ts';
import { answerQuestion, parseQuestion } from '../../src/agents/acp-question.ts';

/** Fills a form with answers in their order. */
async function fill(properties: object, answers: readonly (string | undefined)[], mode = 'form') {
  const asked: unknown[] = [];
  const request = parseQuestion({ mode, message: 'Before I go on', requestedSchema: { properties } });
  const response = await answerQuestion(request, (question) => {
    asked.push(question);
    return Promise.resolve(answers[asked.length - 1]);
  });
  return { asked, response };
}

test('a form with one field is one question', async () => {
  const { asked, response } = await fill({ name: { type: 'string' } }, ['lineclear']);
  expect(asked).toEqual([{ question: 'Before I go on' }]);
  expect(response).toEqual({ action: 'accept', content: { name: 'lineclear' } });
});

test('every field is asked for, and answered in its own type', async () => {
  const { asked, response } = await fill(
    {
      db: { type: 'string', title: 'Database', oneOf: [{ const: 'pg', title: 'Postgres' }] },
      size: { type: 'integer' },
      tests: { type: 'boolean', description: 'With tests?' },
      tags: { type: 'array', items: { enum: ['a', 'b', 'c'] } },
    },
    ['Postgres', '12', 'yes', 'a, c'],
  );
  expect(asked).toEqual([
    { question: 'Before I go on\n\nDatabase', options: ['Postgres'] },
    { question: 'Before I go on\n\nsize' },
    { question: 'Before I go on\n\nWith tests?', options: ['yes', 'no'] },
    { question: 'Before I go on\n\ntags', options: ['a', 'b', 'c'] },
  ]);
  expect(response).toEqual({
    action: 'accept',
    content: { db: 'pg', size: 12, tests: true, tags: ['a', 'c'] },
  });
});

test('without an answer, or with one that does not fit, the form is cancelled', async () => {
  expect((await fill({ a: { type: 'string' } }, [undefined])).response).toEqual({ action: 'cancel' });
  expect((await fill({ a: { type: 'number' } }, ['many'])).response).toEqual({ action: 'cancel' });
});

test('what is no form is declined', async () => {
  expect((await fill({}, [], 'url')).response).toEqual({ action: 'decline' });
});

const options = (...kinds: string[]) => kinds.map((kind) => ({ optionId: `id of ${kind}`, kind }));

test.for([
  ['allow', ['allow_always', 'allow_once', 'reject_once'], 'id of allow_once'],
  ['allow', ['allow_always', 'reject_once'], 'id of allow_always'],
  ['deny', ['allow_once', 'reject_always', 'reject_once'], 'id of reject_once'],
  ['deny', ['allow_once', 'reject_always'], undefined],
  ['allow', ['reject_once'], undefined],
  [undefined, ['allow_once', 'reject_once'], undefined],
] as const)('decision %s with %s', ([decision, kinds, optionId]) => {
  const chosen = optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId };
  expect(choosePermission(decision, options(...kinds))).toEqual(chosen);
});
