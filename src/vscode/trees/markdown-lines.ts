import * as l10n from '@vscode/l10n';
import type { CommandId } from '../commands.ts';
import { markdownText } from '../inert-text.ts';
import type { Target } from '../target.ts';

/** `**Name:** value`, the value escaped. Undefined when there is no value. */
export const fact = (name: string, value: string | undefined, limit?: number): string | undefined =>
  value === undefined || value === '' ? undefined : `**${name}:** ${markdownText(value, limit)}`;

/** A list with a heading; long ones are cut. */
export function bullets(name: string, values: readonly string[], limit = 12): string | undefined {
  if (values.length === 0) return undefined;
  const more = values.length > limit ? [`- ${l10n.t('… {0} more', values.length - limit)}`] : [];
  const items = values.slice(0, limit).map((value) => `- ${markdownText(value, 120)}`);
  return [`**${name}:**`, '', ...items, ...more].join('\n');
}

/** A link that runs a command. Its text is ours; its target is encoded, so nothing in it is Markdown. */
export const commandLink = (text: string, command: CommandId, target: Target): string =>
  `[${text}](command:${command}?${encodeURIComponent(JSON.stringify([target])).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`)})`;

/** Paragraphs; what is undefined is left out. */
export const paragraphs = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined).join('\n\n');

export const heading = (text: string): string => `**${markdownText(text)}**`;
