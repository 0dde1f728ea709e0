import * as l10n from '@vscode/l10n';

/** Why a file of the workspace is left alone, or not taken as it is. `detail` is in the words of whoever found it. */
export type FileReason =
  | { readonly kind: keyof typeof plain }
  /** `limit` in KB. */
  | { readonly kind: 'too large'; readonly limit: number }
  /** `code`: that of the package `yaml`. */
  | { readonly kind: 'yaml'; readonly code: string; readonly detail: string }
  | { readonly kind: 'json'; readonly detail: string }
  | { readonly kind: 'field'; readonly field: string; readonly detail: string }
  /** `code`: that of the system, such as EACCES. */
  | { readonly kind: 'system'; readonly code: string; readonly detail: string }
  | { readonly kind: 'other'; readonly detail: string };

/** What says all by itself. */
const plain = {
  link: () => l10n.t('is a link'),
  'link to nothing': () => l10n.t('is a link to nothing'),
  'link out': () => l10n.t('is a link out of the workspace'),
  name: () => l10n.t('has a name that cannot be that of a note'),
  'no file': () => l10n.t('is no file'),
  'no text': () => l10n.t('is no text in UTF-8'),
  'read-only': () => l10n.t('is read-only'),
  secret: () =>
    l10n.t(
      'has a secret, which stays in this file: the note has a placeholder in its place, and so will the file once somebody else changes the note',
    ),
  'no keys': () => l10n.t('must be a list of `key: value`'),
  aliases: () => l10n.t('aliases (*name) are not taken'),
  'no begin': () => l10n.t('is the end of a section that has no begin'),
  'no end': () => l10n.t('is the begin of a section that has no end'),
  'second begin': () => l10n.t('is a second begin of a section'),
  'behind the end': () => l10n.t('is a marker behind the end of the section'),
  'broken marker': () => l10n.t('is no whole marker of Lineclear'),
} as const;

function yamlWords(code: string): string {
  switch (code) {
    case 'BAD_INDENT':
      return l10n.t('a bracket is not closed, or a line is not indented');
    case 'MISSING_CHAR':
      return l10n.t('a colon, a quote or a bracket is missing');
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return l10n.t('a value that has a colon needs quotes, and a key is not indented');
    case 'DUPLICATE_KEY':
      return l10n.t('a key is there twice');
    case 'TAB_AS_INDENT':
      return l10n.t('a line is indented with a tab instead of spaces');
    case 'BAD_SCALAR_START':
      return l10n.t('a value begins with a character that needs quotes');
    default:
      return l10n.t('is no YAML');
  }
}

function fieldWords(field: string): string {
  switch (field) {
    case 'title':
      return l10n.t('title must be one line of at most {0} characters', 200);
    case 'tags':
    case 'links':
      return l10n.t('{0} must be a list of at most {1} words or lines', field, 50);
    default:
      return l10n.t('{0} has no value that can be used', field);
  }
}

function systemWords(code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return l10n.t('may not be read or written');
    case 'ENOSPC':
      return l10n.t('cannot be written: the disk is full');
    default:
      return l10n.t('cannot be read or written ({0})', code);
  }
}

/** The reason behind the name of the file, or of its line. */
export function reasonWords(reason: FileReason): string {
  switch (reason.kind) {
    case 'too large':
      return l10n.t('is larger than {0} KB', reason.limit);
    case 'yaml':
      return yamlWords(reason.code);
    case 'json':
      return l10n.t('is no JSON');
    case 'field':
      return fieldWords(reason.field);
    case 'system':
      return systemWords(reason.code);
    case 'other':
      return reason.detail;
    default:
      return plain[reason.kind]();
  }
}

/** With the words of whoever found it, which are in English, where there are such: for who repairs the file. */
export const detailOf = (reason: FileReason): string | undefined =>
  'detail' in reason && reason.kind !== 'other' ? reason.detail : undefined;

/** `api/limits.md:3: a key is there twice`. */
export const problemLine = (path: string, line: number | undefined, reason: FileReason): string =>
  `${path}${line === undefined ? '' : `:${line}`}: ${reasonWords(reason)}`;
