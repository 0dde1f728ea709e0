import path from 'node:path';
import { LineclearError } from './contract/errors.ts';
import { type ArchivedEvent, readArchive } from './retention/archive-file.ts';

/** One of the workspace, by the name of its file: what else a path says is none of the business of who names it. */
export const openOwnArchive = (root: string, name: string): AsyncIterable<ArchivedEvent> =>
  readArchive(path.join(root, '.lineclear/archive', path.posix.basename(name)));

/** An archive, named by its path, or by its name among those of the workspace. Throws what `readArchive` throws, `invalid_input`. */
export function openArchive(root: string, name: string): AsyncIterable<ArchivedEvent> {
  if (name === '') throw new LineclearError('invalid_input', 'Which archive?');
  return path.basename(name) === name ? openOwnArchive(root, name) : readArchive(path.resolve(root, name));
}
