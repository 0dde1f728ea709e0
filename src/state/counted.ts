import * as l10n from '@vscode/l10n';

/** What is counted: the message for one, and the one for none or several. */
const messages = {
  'change outside the plan': (count: number) => [
    l10n.t('{0} change outside the plan', count),
    l10n.t('{0} changes outside the plan', count),
  ],
  chunk: (count: number) => [l10n.t('{0} chunk', count), l10n.t('{0} chunks', count)],
  comment: (count: number) => [l10n.t('{0} comment', count), l10n.t('{0} comments', count)],
  day: (count: number) => [l10n.t('{0} day', count), l10n.t('{0} days', count)],
  event: (count: number) => [l10n.t('{0} event', count), l10n.t('{0} events', count)],
  failure: (count: number) => [l10n.t('{0} failure', count), l10n.t('{0} failures', count)],
  file: (count: number) => [l10n.t('{0} file', count), l10n.t('{0} files', count)],
  finding: (count: number) => [l10n.t('{0} finding', count), l10n.t('{0} findings', count)],
  line: (count: number) => [l10n.t('{0} line', count), l10n.t('{0} lines', count)],
  matter: (count: number) => [l10n.t('{0} matter', count), l10n.t('{0} matters', count)],
  'more file': (count: number) => [l10n.t('{0} more file', count), l10n.t('{0} more files', count)],
  'other type': (count: number) => [l10n.t('{0} other type', count), l10n.t('{0} other types', count)],
  task: (count: number) => [l10n.t('{0} task', count), l10n.t('{0} tasks', count)],
  time: (count: number) => [l10n.t('{0} time', count), l10n.t('{0} times', count)],
  token: (count: number) => [l10n.t('{0} token', count), l10n.t('{0} tokens', count)],
} as const satisfies Record<string, (count: number) => readonly [one: string, other: string]>;

/** `1 chunk`, `2 chunks`. */
export function counted(count: number, noun: keyof typeof messages): string {
  const [one, other] = messages[noun](count);
  return count === 1 ? one : other;
}
