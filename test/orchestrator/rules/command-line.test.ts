import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCommandLine, readingsOf } from '../../../src/orchestrator/rules/command-line.ts';

test.each([
  ['npm test', [['npm', 'test']]],
  [`git  log\t--format="%h %s" 'a b'`, [['git', 'log', '--format=%h %s', 'a b']]],
  [`echo ''`, [['echo', '']]],
  [`r''m -r"f" x`, [['rm', '-rf', 'x']]],
  ['npm test && npm run build; ls | wc -l', [['npm', 'test'], ['npm', 'run', 'build'], ['ls'], ['wc', '-l']]],
  [
    'npm test&rm x',
    [
      ['npm', 'test'],
      ['rm', 'x'],
    ],
  ],
  ['npm test -- --coverage=50%', [['npm', 'test', '--', '--coverage=50%']]],
])('%s is plain', (text, commands) => {
  expect(readCommandLine(text)).toEqual({ commands, isPlain: true });
});

test.each([
  '',
  'npm test $(rm x)',
  'npm test "$HOME"',
  'echo `rm x`',
  'npm test > out.txt',
  'FOO=bar npm test',
  'npm test # and more',
  'npm test\nrm x',
  '(npm test)',
  '{ npm test; }',
  '{rm,-rf,x}',
  'npm test \\; rm x',
  '! npm test',
  `npm test "unfinished`,
  `grep 'a & del b' x`,
  'echo %PATH%',
  'npm\u0000 test',
  'npm test\u001b[2K',
])('%j is not certain', (text) => {
  expect(readCommandLine(text).isPlain && !text.includes('\n')).toBe(false);
});

test('whatever is plain, a real shell runs word for word', { timeout: 30_000 }, () => {
  const signs = ['"', "'", ';', '&&', '|', '||', '\n', '\\', '$x', '`p`', '$(p)', '(', ')', '<', '#', '!'];
  const others = [
    'p',
    'p',
    ' ',
    ' ',
    'a',
    '-rf',
    'a b',
    '=',
    '~',
    '*',
    '?',
    '{a,b}',
    '%',
    '\t',
    'é',
    '^',
    '[',
    ']',
  ];
  const piece = fc.constantFrom(...signs, ...others);
  const lines = fc.array(piece, { maxLength: 12 }).map((pieces) => `p ${pieces.join('')}`);
  let plain = 0;
  fc.assert(
    fc.property(lines, (line) => {
      const { commands, isPlain } = readCommandLine(line);
      // Words with which the test itself cannot work: patterns of files, and programs that are not there.
      const isTestable = commands.every(
        ([program, ...words]) => program === 'p' && !/[*?[~]/.test(words.join()),
      );
      if (!isPlain || !isTestable || /\|(?!\|)|&(?!&)/.test(line)) return;
      plain += 1;
      const script = `set -f; x=; p() { printf '%s\\0' p "$@"; printf '\\n\\0'; }\n${line}`;
      const output = execFileSync('sh', ['-c', script], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const ran = output
        .split('\n\0')
        .slice(0, -1)
        .map((command) => command.split('\0').slice(0, -1));
      // What stands behind || is not run, because p succeeds.
      const expected = line.includes('||') ? commands.slice(0, ran.length) : commands;
      if (!line.includes('||')) expect(ran).toEqual(expected);
      else for (const command of ran) expect(commands).toContainEqual(command);
    }),
    { numRuns: 1500, seed: 7 },
  );
  expect(plain).toBeGreaterThan(100);
});

const runs = (text: string) =>
  readingsOf(text)
    .filter(({ isRun }) => isRun)
    .map(({ words, at }) => words.slice(at).join(' '));

test.each([
  'rm -rf x',
  'cd /tmp && rm -rf x',
  'sh -c "npm test; rm -rf x"',
  `bash -lc 'rm -rf x'`,
  `sudo sh -c "bash -c 'rm -rf x'"`,
  'FOO=1 rm -rf x',
  'xargs rm -rf x',
  'if true; then rm -rf x; fi',
  'echo $(rm -rf x)',
  'echo `rm -rf x`',
  '(rm -rf x)',
  'npm test\nrm -rf x',
  'find . -name y -exec rm -rf x ;',
  '/usr/bin/env /bin/sh -c "rm -rf x"',
])('in %s, rm is run', (text) => {
  expect(runs(text)).toContain('rm -rf x');
});

test('words in a message are not run, but seen', () => {
  const text = 'git commit -m "never rm -rf x"';
  expect(runs(text)).toEqual([text.replaceAll('"', '')]);
  expect(readingsOf(text).map(({ words, at }) => words.slice(at).join(' '))).toContain('rm -rf x');
});

test('lines of any kind are read in time', () => {
  expect(readingsOf(`${'sh -c "'.repeat(500)}x`).length).toBeGreaterThan(0);
  expect(readingsOf('a '.repeat(4000)).length).toBe(4000);
});
