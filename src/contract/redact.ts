import { LineclearError } from './errors.ts';

/**
 * Shapes of secrets that providers document; a match is replaced, with the kind said. Each takes linear time: a shape
 * that may run on for long begins only where a run of its characters begins, so that it is tried once for each run.
 */
const SECRETS: readonly (readonly [kind: string, shape: RegExp])[] = [
  ['private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g],
  ['anthropic key', /(?<![\w-])sk-ant-[\w-]{16,}/g],
  // Also of gateways that speak the same protocol. Words with hyphens only, such as CSS classes, are no key.
  ['openai key', /(?<![\w-])sk-(?=[a-z_-]*[A-Z0-9])[\w-]{20,}/g],
  ['google key', /\bAIza[\w-]{35}/g],
  ['github token', /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g],
  ['gitlab token', /\bglpat-[\w-]{20,}/g],
  ['slack token', /\bxox[abposr]-[A-Za-z0-9-]{10,}/g],
  ['npm token', /\bnpm_[A-Za-z0-9]{36,}/g],
  ['hugging face token', /\bhf_[A-Za-z0-9]{30,}/g],
  ['stripe key', /\b[rs]k_live_[A-Za-z0-9]{16,}/g],
  ['aws key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['json web token', /(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/g],
  ['bearer token', /(?<=\b[Bb]earer\s)[\w.~+/-]{20,}=*/g],
  ['password in a URL', /(?<=\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:@/]*:)[^\s:@/]+(?=@)/gi],
];

/** Cheap test that rules out nearly every text before the shapes are tried. */
const SUSPICIOUS =
  /PRIVATE KEY|sk-|AIza|gh[pousr]_|github_pat_|glpat-|xox|npm_|hf_|k_live_|AKIA|ASIA|eyJ|earer\s|:\/\//;

/** Deeper than any data of the catalog; what refers to itself ends here as well. */
const MAX_DEPTH = 64;

/** The text with secrets of known shapes replaced; the very text when there are none. */
export function redactText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return SECRETS.reduce((current, [kind, shape]) => current.replace(shape, `[redacted ${kind}]`), text);
}

/**
 * The same value with secrets of known shapes replaced in every string and every key; returns the very object when
 * there are none. Throws `invalid_event` when the value is nested too deeply to be stored.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) {
    const message = `data: is nested more than ${MAX_DEPTH} levels deep`;
    throw new LineclearError('invalid_event', message, { field: 'data' });
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => redact(item, depth + 1));
    return items.every((item, index) => Object.is(item, value[index])) ? value : items;
  }
  const entries = Object.entries(value);
  const clean = entries.map(([key, item]) => [redactText(key), redact(item, depth + 1)] as const);
  const same = clean.every(
    ([key, item], index) => key === entries[index]?.[0] && Object.is(item, entries[index][1]),
  );
  return same ? value : Object.fromEntries(clean);
}
