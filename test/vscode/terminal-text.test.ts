import { expect, test } from 'vitest';
import { TerminalText } from '../../src/vscode/terminal-text.ts';

/** Without our own marks for dim and plain. */
const plain = (text: string) => text.replaceAll('\u001b[2m', '').replaceAll('\u001b[0m', '');

test('pieces of one stream run on, another stream begins under a heading of its own', () => {
  const text = new TerminalText();
  const all = [
    text.add({ stream: 'message', text: 'I look' }),
    text.add({ stream: 'message', text: ' around.\nThen' }),
    text.add({ stream: 'stderr', text: 'warning: old\r\n' }),
    text.add({ stream: 'thought', text: 'Hm.', truncated: 7 }),
    text.add({ stream: 'thought', text: 'So.' }),
  ];
  expect(plain(all.join(''))).toBe(
    [
      '── says ──',
      'I look around.',
      'Then',
      '── prints as an error ──',
      'warning: old',
      '── thinks ──',
      'Hm.',
      '… 7 characters are left out',
      'So.',
    ].join('\r\n'),
  );
});

test('what an agent prints cannot steer the terminal', () => {
  const hostile = 'a\u001b[2Jb\u001b]0;title\u0007c\rd\u0008e\u009b1Af\u202eg';
  expect(plain(new TerminalText().add({ stream: 'stderr', text: hostile }))).toBe(
    '── prints as an error ──\r\na[2Jb]0;titlecde1Afg',
  );
});
