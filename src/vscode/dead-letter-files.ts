import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App, DeadLetter } from '../app.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import type { LetterPlace } from './screen.ts';
import { TextFiles } from './text-files.ts';

export const DATA_SCHEME = 'lineclear-letter-data';

/** The tab of the editor says the number of the event, what is above the text also its group. */
export const letterUri = (scheme: string, { group, sequence }: LetterPlace, name: string): vscode.Uri =>
  vscode.Uri.from({ scheme, path: `/${group}/${sequence} ${name}` });

function placeOf(uri: vscode.Uri): LetterPlace {
  const [, group, sequence] = /^\/([^/]+)\/(\d+) /.exec(uri.path) ?? [];
  if (group === undefined) throw vscode.FileSystemError.FileNotFound(uri);
  return { group, sequence: Number(sequence) };
}

export async function letterOf(app: App | undefined, uri: vscode.Uri): Promise<DeadLetter | undefined> {
  const { group, sequence } = placeOf(uri);
  return await app?.deadLetters.get(group, sequence);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new LineclearError('invalid_event', l10n.t('This is not JSON: {0}', messageOf(error)));
  }
}

/** The data of dead letters as files: saving one puts it in place of the event's own, for the next replay. */
export const createLetterFiles = (
  app: () => App | undefined,
  onSaved: (letter: LetterPlace) => void,
): TextFiles =>
  new TextFiles({
    async read(uri) {
      const letter = await letterOf(app(), uri);
      if (!letter?.event) throw vscode.FileSystemError.FileNotFound(uri);
      const data = letter.edited_data ?? letter.event.data;
      return `${JSON.stringify(data, undefined, 2)}\n`;
    },
    async write(uri, text) {
      const { group, sequence } = placeOf(uri);
      await app()?.deadLetters.edit(group, sequence, parse(text));
      onSaved({ group, sequence });
    },
    isReadonly: () => app()?.readonly !== undefined || app() === undefined,
  });
