import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from '../../src/contract/redact.ts';

const ALPHABET = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xYz';
/** Characters as a token has them. Put together here, so that no scanner takes this file for a leak. */
const random = (length: number): string =>
  ALPHABET.repeat(Math.ceil(length / ALPHABET.length)).slice(0, length);

const armour = (what: string): string => `-----${what} PRIVATE KEY-----`;

const secrets: readonly (readonly [kind: string, secret: string])[] = [
  ['private key', `${armour('BEGIN RSA')}\n${random(200)}\n${armour('END RSA')}`],
  ['private key', `${armour('BEGIN')}\n${random(64)}\n${random(64)}`],
  ['anthropic key', `sk-ant-api03-${random(80)}-AA`],
  ['openai key', `sk-${random(48)}`],
  ['openai key', `sk-proj-${random(60)}_${random(10)}`],
  ['google key', `AIza${random(35)}`],
  ['github token', `ghp_${random(36)}`],
  ['github token', `gho_${random(36)}`],
  ['github token', `github_pat_${random(22)}_${random(59)}`],
  ['gitlab token', `glpat-${random(20)}`],
  ['slack token', `xoxb-${random(12)}-${random(24)}`],
  ['npm token', `npm_${random(36)}`],
  ['hugging face token', `hf_${random(34)}`],
  ['stripe key', `sk_live_${random(24)}`],
  ['aws key', `AKIA${random(16).toUpperCase()}`],
  ['json web token', `eyJ${random(20)}.eyJ${random(40)}.${random(43)}`],
];

describe('a secret of a known shape', () => {
  it.each(secrets)('%s is replaced, with its kind, and the text around it stays', (kind, secret) => {
    expect(redact(`before ${secret}`)).toBe(`before [redacted ${kind}]`);
    if (!secret.includes('\n'))
      expect(redact(`KEY="${secret}" after`)).toBe(`KEY="[redacted ${kind}]" after`);
  });

  it('after the word Bearer is replaced', () => {
    expect(redact(`Authorization: Bearer ${random(30)}==`)).toBe(
      'Authorization: Bearer [redacted bearer token]',
    );
  });

  it('as password in a URL is replaced; user and host stay', () => {
    expect(redact('postgres://app:s3cr3t@db.local:5432/x and HTTPS://u:p@h')).toBe(
      'postgres://app:[redacted password in a URL]@db.local:5432/x and HTTPS://u:[redacted password in a URL]@h',
    );
    expect(redact('redis://:hunter2@cache')).toBe('redis://:[redacted password in a URL]@cache');
  });

  it('is found more than once in a text', () => {
    expect(redact(`ghp_${random(36)},npm_${random(36)},ghp_${random(36)}`)).toBe(
      '[redacted github token],[redacted npm token],[redacted github token]',
    );
  });

  it('is found in lists, objects and keys, however deep', () => {
    const secret = `ghp_${random(36)}`;
    expect(redact({ a: [{ b: `x ${secret}` }, 1, null], [secret]: true })).toStrictEqual({
      a: [{ b: 'x [redacted github token]' }, 1, null],
      '[redacted github token]': true,
    });
  });
});

describe('what is no secret', () => {
  it.each([
    'task-force-with-a-very-long-name-indeed',
    'class="sk-folding-cube-container-large"',
    'https://example.com:8080/path?x=1@2',
    'git@github.com:owner/name.git',
    'The bearer of this letter is welcome here',
    'ghp_ is the prefix of tokens',
    'sk-short1',
    'eyJ.eyJ.eyJ',
  ])('stays: %s', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('stays the very same object, so that nothing is copied in vain', () => {
    const data = { text: 'nothing', list: [{ deep: ['here', NaN] }], none: undefined };
    expect(redact(data)).toBe(data);
  });

  it('stays the very same object beside one that is replaced', () => {
    const clean = { text: 'nothing' };
    const result = redact({ clean, dirty: `npm_${random(36)}` });
    expect(result).toStrictEqual({ clean, dirty: '[redacted npm token]' });
    expect(Object.values(Object(result))[0]).toBe(clean);
  });
});

it('redacting what was redacted changes nothing', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(...secrets.map(([, secret]) => secret), 'a://b:c@d', 'Bearer '),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const once = redact(pieces.join(' '));
      expect(redact(once)).toBe(once);
    }),
  );
});

describe('work grows with the length of the text, not with its square', () => {
  // Each of these begins a shape again and again and never ends one.
  it.each([
    'eyJ-',
    'eyJaaaaaaaaaaaa.',
    'sk-',
    'sk-ant-',
    '-----BEGIN A',
    '-----BEGIN PRIVATE KEY-----',
    '-----END ',
    'http://a:',
    'a://',
    'a.',
    '://a',
    'Bearer ',
    'earer aaaaaaaaaaaaaaaaaaa ',
    'xoxb-',
    'github_pat_',
    'AKIA',
    'glpat-',
    ':',
  ])('%s', (piece) => {
    const head = '://sk-eyJ earer ';
    const text = head + piece.repeat(Math.ceil(1_000_000 / piece.length));
    const before = process.cpuUsage();
    redact(text);
    // In microseconds of the processor; the square of a million would take minutes.
    expect(process.cpuUsage(before).user).toBeLessThan(2_000_000);
  });
});
