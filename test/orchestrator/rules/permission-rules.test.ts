import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommandLine } from '../../../src/orchestrator/rules/command-line.ts';
import {
  type RuledRequest,
  decideByRules,
  rulesSchema,
} from '../../../src/orchestrator/rules/permission-rules.ts';

const request = (more: Partial<RuledRequest>): RuledRequest => ({
  kind: 'read',
  title: 'Do it',
  file_paths: [],
  agent_name: 'gemini',
  ...more,
});
const command = (text: string, more: Partial<RuledRequest> = {}) =>
  request({ kind: 'execute', title: text, command: text, ...more });

const edit = (...file_paths: string[]) => request({ kind: 'edit', file_paths });

/** What the rules say, as `allow: name`; `ask` when the person is asked. */
function decide(rules: readonly unknown[], asked: RuledRequest): string {
  const answer = decideByRules(rulesSchema.parse(rules), asked);
  return answer ? `${answer.decision}: ${answer.rule}` : 'ask';
}

const reading = { name: 'reading', action: 'allow', tools: ['read', 'search'] };
const tests = { name: 'tests', action: 'allow', commands: ['npm test', 'npm run *', 'git diff *'] };
const anything = { name: 'anything', action: 'allow', tools: ['execute'] };
const noRm = { name: 'no rm', action: 'deny', commands: ['rm -rf'] };

describe('a rule about tools', () => {
  test('covers files of the workspace, and those outside only by name', () => {
    expect(decide([reading], request({ file_paths: ['src/a.ts'] }))).toBe('allow: reading');
    expect(decide([reading], request({ kind: 'search' }))).toBe('allow: reading');
    expect(decide([reading], request({ kind: 'edit', file_paths: ['src/a.ts'] }))).toBe('ask');
    expect(decide([reading], request({ file_paths: ['src/a.ts', '/home/anna/.ssh/id_rsa'] }))).toBe('ask');
    const logs = { ...reading, files: ['/var/log/**'] };
    expect(decide([logs], request({ file_paths: ['/var/log/app.log'] }))).toBe('allow: reading');
  });

  test('says nothing about a command, whatever its agent calls it', () => {
    expect(decide([reading], command('cat x', { kind: 'read' }))).toBe('ask');
    expect(decide([reading], command('rm -rf x', { kind: 'search' }))).toBe('ask');
  });

  test('is for the agents that it names', () => {
    const mine = { ...reading, agents: ['opencode'] };
    expect(decide([mine], request({}))).toBe('ask');
    expect(decide([mine], request({ agent_name: 'opencode' }))).toBe('allow: reading');
  });
});

describe('a rule about files', () => {
  const docs = { name: 'docs', action: 'allow', tools: ['edit'], files: ['docs/**', '*.md'] };

  test('covers a request only with all its files', () => {
    expect(decide([docs], edit('docs/a/b.txt', 'README.md'))).toBe('allow: docs');
    expect(decide([docs], edit('docs/a.txt', 'src/a.ts'))).toBe('ask');
    expect(decide([docs], edit('docs/../src/a.ts'))).toBe('ask');
    expect(decide([docs], edit())).toBe('ask');
    expect(decide([docs], command('rm docs/a.txt', { file_paths: ['docs/a.txt'] }))).toBe('ask');
  });

  test('never covers the files in which the rules themselves are, nor hidden ones that it does not name', () => {
    const all = {
      name: 'all',
      action: 'allow',
      tools: ['edit'],
      files: ['**', '**/.*', '.lineclear/**', '**/.*/**'],
    };
    expect(decide([all], edit('.lineclear/config.toml'))).toBe('ask');
    expect(decide([all], edit('.Lineclear/config.toml'))).toBe('ask');
    expect(decide([all], edit('.env'))).toBe('allow: all');
    expect(decide([{ ...all, files: ['**'] }], edit('.env'))).toBe('ask');
  });

  test('that denies holds back any one of them, in any case, also as a word of a command', () => {
    const secret = { name: 'secrets', action: 'deny', files: ['**/.env*'] };
    expect(decide([secret, docs], edit('docs/a.md', '.ENV.local'))).toBe('deny: secrets');
    expect(decide([anything, secret], command('cat ./.env'))).toBe('ask');
    expect(decide([anything, secret], command('cat x'))).toBe('allow: anything');
  });
});

describe('a rule that allows commands', () => {
  test.each([
    ['npm test', 'allow: tests'],
    ['npm run build -- --watch', 'allow: tests'],
    ['npm run', 'allow: tests'],
    ['git diff "src/a b.ts"', 'allow: tests'],
    ['npm test && git diff HEAD', 'allow: tests'],
    ['npm test -- --bail', 'ask'],
    ['npm  test', 'allow: tests'],
    ['npm testing', 'ask'],
    ['./npm test', 'ask'],
    ['NPM test', 'ask'],
    ['npm test && rm x', 'ask'],
    ['npm test; rm x', 'ask'],
    ['git diff | sh', 'ask'],
    ['git diff\nrm x', 'ask'],
    ['git diff $(rm x)', 'ask'],
    ['git diff > src/a.ts', 'ask'],
    ['git diff & rm x', 'ask'],
    ['PATH=. npm test', 'ask'],
    ['', 'ask'],
  ])('%j: %s', (text, expected) => {
    expect(decide([tests], command(text))).toBe(expected);
  });

  test('looks at the title where an agent tells the command nowhere else', () => {
    expect(decide([tests], request({ kind: 'execute', title: 'npm test' }))).toBe('allow: tests');
    expect(decide([tests], request({ kind: 'other', title: 'npm test' }))).toBe('ask');
    expect(decide([noRm], request({ kind: 'execute', title: 'rm -rf x' }))).toBe('deny: no rm');
  });

  test('may need another one for the rest of the line', () => {
    const lists = { name: 'lists', action: 'allow', commands: ['ls *'] };
    expect(decide([tests, lists], command('ls -l && npm test'))).toBe('allow: lists, tests');
  });
});

describe('a rule that denies commands', () => {
  test.each([
    'rm -rf x',
    'rm -fr x',
    'rm -r -f x',
    'rm x -r y -f',
    'rm -rvf x',
    '/bin/rm -rf x',
    'RM.EXE -rf x',
    'sudo rm -rf x',
    'sh -c "npm test; rm -rf /"',
    'npm test; rm -rf x',
    'echo $(rm -rf x)',
    "r''m -rf x",
    'find . -exec rm -rf {} +',
  ])('denies %s, although another one allows everything', (text) => {
    expect(decide([anything, noRm], command(text))).toBe('deny: no rm');
  });

  test.each([
    'rm --recursive --force x',
    'rm -Rf x',
    'git commit -m "never rm -rf"',
    '$X -rf x',
    'x=rm; $x -rf y',
    'eval "$CMD"',
    'echo "$(rm -rf x)"',
    `bash -c 'echo "$(rm -rf x)"'`,
  ])('leaves %s to the person, although another one allows everything', (text) => {
    expect(decide([anything, noRm], command(text))).toBe('ask');
  });

  test.each(['rm x', 'rm -f x', 'farm -rf x', 'npm test'])('says nothing about %s', (text) => {
    expect(decide([anything, noRm], command(text))).toBe('allow: anything');
  });

  test('knows long options, short ones and their values', () => {
    const push = { name: 'no force', action: 'deny', commands: ['git push --force'] };
    expect(decide([anything, push], command('git -C x push origin main --force'))).toBe('deny: no force');
    expect(decide([anything, push], command('git push -f'))).toBe('ask');
    expect(decide([anything, push], command('git push origin'))).toBe('allow: anything');
  });
});

describe('several rules', () => {
  test('the first that fits decides, but one that denies wins wherever it stands', () => {
    const ask = { name: 'ask', action: 'ask', commands: ['npm run deploy'] };
    expect(decide([ask, tests], command('npm run deploy'))).toBe('ask');
    expect(decide([tests, ask], command('npm run deploy'))).toBe('allow: tests');
    expect(decide([ask, tests], command('npm test && npm run deploy'))).toBe('ask');
    expect(decide([tests, { ...tests, name: 'none', action: 'deny' }], command('npm test'))).toBe(
      'deny: none',
    );
  });

  const texts = fc
    .array(
      fc.constantFrom(
        'npm test',
        'rm -rf x',
        ' ',
        ';',
        '&&',
        '|',
        '"',
        "'",
        '$(',
        ')',
        '`',
        '\n',
        'sh -c ',
        '\\',
      ),
      {
        maxLength: 8,
      },
    )
    .map((parts) => parts.join(' '));

  test('nothing that could delete folders is ever allowed', () => {
    fc.assert(
      fc.property(texts, (text) => {
        if (!/rm -rf/.test(text)) return;
        expect(decide([anything, tests, noRm], command(text))).not.toMatch(/^allow/);
      }),
      { numRuns: 3000, examples: [[String.raw`' \ rm -rf x '`]] },
    );
  });

  test('what is allowed is nothing but commands that are allowed', () => {
    let allowed = 0;
    fc.assert(
      fc.property(texts, (text) => {
        if (decide([tests], command(text)) === 'ask') return;
        allowed += 1;
        for (const words of readCommandLine(text).commands) expect(words).toEqual(['npm', 'test']);
      }),
      { numRuns: 3000, seed: 3 },
    );
    expect(allowed).toBeGreaterThan(30);
  });

  test('without rules the person is asked', () => {
    expect(decide([], command('npm test'))).toBe('ask');
  });
});
