import { LineclearError } from '../../contract/errors.ts';

/** What better-sqlite3 is built for: an older Node dies of it without a word. */
const NEEDED = 22;

/** Throws `node_too_old`. */
export function checkNode(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= NEEDED) return;
  throw new LineclearError(
    'node_too_old',
    `Lineclear needs Node ${NEEDED} or newer; ${process.execPath} is of version ${version}.`,
  );
}
