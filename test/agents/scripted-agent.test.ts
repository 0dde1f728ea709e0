import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { chunkPrompt, launchScripted, makeWorkspace, never, planPrompt, start } from './harness.ts';

const README = '# Sample\n\nWords.\n\n## Install\n\nRun it.\n\n## Licence\n\nMIT\n';
const FILES = {
  'README.md': README,
  'package.json': JSON.stringify({ name: 'sample', scripts: { test: 'node --test', build: 'tsc' } }),
  'src/add.js': '// Adds two numbers.\nexport function add(a, b) {\n  return a + b;\n}\n',
  'src/sub.js': 'export function sub(a, b) {\n  return a - b;\n}\n',
};

const planSchema = z.object({
  chunks: z.array(z.object({ title: z.string(), files: z.array(z.string()), description: z.string() })),
  estimated_cost: z.number(),
});

const blockOf = (text: string): unknown => JSON.parse(/```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? 'null');

const say = async (cwd: string, ...prompts: string[]) => {
  const session = await start(launchScripted(cwd));
  const texts: string[] = [];
  for (const prompt of prompts) texts.push((await session.prompt(prompt, never())).text);
  await session.stop();
  return texts;
};

const planFor = async (cwd: string, task: string, more = '') => {
  const [text = ''] = await say(cwd, planPrompt(task, more));
  const { chunks } = planSchema.parse(blockOf(text));
  return { text, titles: chunks.map(({ title }) => title), chunks };
};

const carryOut = async (cwd: string, title: string, file: string, description = 'Do it.') => {
  const [text] = await say(cwd, chunkPrompt('Docs', `${title}\nFiles: ${file}\n${description}`));
  return text;
};

const read = (cwd: string, file: string) => fs.readFileSync(path.join(cwd, file), 'utf8');

test('a plan names what is really there', async () => {
  const { text, titles, chunks } = await planFor(makeWorkspace(FILES), 'Keep the documentation up');
  expect(text).toContain('has 4 files, 2 of them sources. README.md has 3 headings.');
  expect(titles).toEqual([
    'Usage section in README.md',
    'Table of contents in README.md',
    'Overview of the source files',
  ]);
  expect(chunks.map(({ files }) => files)).toEqual([['README.md'], ['README.md'], ['docs/overview.md']]);
});

test('a task that says what it wants gets that, and the files that it names', async () => {
  const { titles } = await planFor(
    makeWorkspace(FILES),
    'Add a table of contents, write docs/guide.md and comment src/sub.js.',
  );
  expect(titles).toEqual(['Table of contents in README.md', 'Create docs/guide.md', 'Update src/sub.js']);
});

test('an empty workspace gets a README.md', async () => {
  const { titles, text } = await planFor(makeWorkspace(), 'Keep the documentation up');
  expect(text).toContain('There is no README.md yet.');
  expect(titles).toEqual(['Usage section in README.md', 'Table of contents in README.md']);
});

test('comments change the plan, and it says which ones', async () => {
  const comments = [
    '## Comments on revision 1',
    'The person wants this plan changed:',
    '- Leave docs/overview.md out, it is generated',
    '- On chunk 1 (Usage section in README.md): Mention the build',
    '- Also write CONTRIBUTING.md',
    '',
    '### Revision 1 was',
    '- not a comment',
  ].join('\n');
  const { text, titles, chunks } = await planFor(makeWorkspace(FILES), 'Keep the documentation up', comments);
  expect(titles).toEqual([
    'Usage section in README.md',
    'Table of contents in README.md',
    'Create CONTRIBUTING.md',
  ]);
  expect(chunks[0]?.description).toContain('Taken up: Mention the build');
  expect(text).toContain('### Changed after revision 1\n\n> Leave docs/overview.md out, it is generated');
  expect(text).not.toContain('not a comment');
});

test('a question comes before the plan, and its answer is in it', async () => {
  const [question, plan] = await say(
    makeWorkspace(FILES),
    planPrompt('Docs [ask: Which database?|sqlite|postgres]'),
    '## Answers\n\n- Which database? sqlite\n\nGo on with what you were asked to do.',
  );
  expect(blockOf(question ?? '')).toEqual({ question: 'Which database?', options: ['sqlite', 'postgres'] });
  expect(plan).toContain('- Which database? sqlite');
});

test('where nobody can answer, nothing is asked', async () => {
  const { titles } = await planFor(
    makeWorkspace(FILES),
    'Docs [ask: Which database?]',
    'Nobody can answer questions: decide by yourself.',
  );
  expect(titles).not.toEqual([]);
});

test('usage and contents are made of what is there, and once made stay as they are', async () => {
  const cwd = makeWorkspace(FILES);
  expect(await carryOut(cwd, 'Table of contents in README.md', 'README.md')).toContain('edited README.md');
  expect(await carryOut(cwd, 'Usage section in README.md', 'README.md')).toContain('edited README.md');
  const text = read(cwd, 'README.md');
  expect(text).toBe(
    '# Sample\n\nWords.\n\n## Contents\n\n- [Install](#install)\n- [Licence](#licence)\n- [Usage](#usage)\n\n' +
      '## Install\n\nRun it.\n\n## Licence\n\nMIT\n\n## Usage\n\n' +
      '- `npm run test` runs `node --test`\n- `npm run build` runs `tsc`\n',
  );
  expect(await carryOut(cwd, 'Usage section in README.md', 'README.md')).toContain('was up to date');
  expect(read(cwd, 'README.md')).toBe(text);
});

test.for([
  ['Overview of the source files', 'docs/overview.md', '- `src/add.js`: Adds two numbers.'],
  ['Create docs/guide.md', 'docs/guide.md', '# Guide\n\nDo it.'],
  ['Create notes.txt', 'notes.txt', 'Do it.\n'],
  ['Create data.json', 'data.json', '{\n  "description": "Do it."\n}\n'],
  ['Update src/sub.js', 'src/sub.js', '// Has sub.\nexport function sub'],
  ['Update README.md', 'README.md', '## About README.md\n\nDo it.\n'],
] as const)('%s', async ([title, file, text]) => {
  const cwd = makeWorkspace(FILES);
  await carryOut(cwd, title, file);
  expect(read(cwd, file)).toContain(text);
});

test('nothing outside the workspace is written', async () => {
  const cwd = makeWorkspace(FILES);
  await expect(carryOut(cwd, 'Create ../escaped.txt', '../escaped.txt')).rejects.toMatchObject({
    code: 'agent_failed',
    message: expect.stringContaining('../escaped.txt is outside the workspace'),
  });
  expect(fs.existsSync(path.join(cwd, '../escaped.txt'))).toBe(false);
});

const reviewPrompt =
  'You are the reviewer of a task in Lineclear.\n\n## Task\nDocs\n\n## Chunks\n1. Create a.md (a.md)\n\n## Changed files\n- README.md\n';

test('a review reads the files back, and what it finds can be repaired', async () => {
  const cwd = makeWorkspace({ 'README.md': '# S\n\n## Contents\n\n- [Gone](#gone)\n\n## Use\n\n## Use\n' });
  const [review = ''] = await say(cwd, reviewPrompt);
  const findings = [
    'a.md is not there',
    'README.md: the link to #gone leads nowhere',
    'README.md: the heading “Use” is there twice',
  ];
  expect(blockOf(review)).toEqual({ verdict: 'changes', findings });
  const repair = `Review findings, round 2\n${findings.map((finding) => `- ${finding}`).join('\n')}`;
  const [, again = ''] = await say(cwd, chunkPrompt('Docs', repair), reviewPrompt);
  expect(blockOf(again)).toEqual({ verdict: 'approved', findings: [] });
});

test('directives for tests of the planner: no plan at first, never one, markup in every text', async () => {
  const cwd = makeWorkspace(FILES);
  const repeat = 'Your answer cannot be used: there is no json block. Give the whole answer again.';
  const [first, second] = await say(cwd, planPrompt('Docs [no-plan]'), repeat);
  expect([blockOf(first ?? ''), blockOf(second ?? '')]).toEqual([null, expect.anything()]);
  const withheld = await say(cwd, planPrompt('Docs [never-plan]'), repeat);
  expect(withheld.map(blockOf)).toEqual([null, null]);
  const [marked] = await say(cwd, planPrompt('Docs [script]'));
  expect(marked).toContain('<script>');
});
