import { CommanderError } from 'commander';
import type { Composition } from '../cli-composition.ts';
import { describeError } from './describe-error.ts';
import { createDoor } from './door.ts';
import { EXIT } from './exit-code.ts';
import { createProgram } from './program.ts';
import { OutputClosed, createTerminal } from './terminal.ts';

/** Help and the version come as errors of the parser, which has printed them. */
const shown = new Set(['commander.helpDisplayed', 'commander.version']);

/** Runs one command line, without the names of the program. Returns the exit code. */
export async function runCli(args: readonly string[], composition: Composition): Promise<number> {
  // Looked for before parsing, since errors of the parser are told as JSON too.
  const terminal = createTerminal(args.includes('--json'));
  const door = createDoor(terminal, composition, () => program.root());
  const program = createProgram(door);
  try {
    await program.run(args);
    return door.exitCode;
  } catch (error) {
    if (error instanceof OutputClosed) return door.exitCode;
    if (error instanceof CommanderError && shown.has(error.code)) return EXIT.done;
    if (error instanceof CommanderError && error.code === 'commander.help') return EXIT.usage;
    const { exitCode, document, lines } = describeError(error);
    await terminal.error(document, lines).catch(() => undefined);
    return exitCode;
  }
}
