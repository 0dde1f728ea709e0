import fs from 'node:fs';
import path from 'node:path';
import type { App } from '../app.ts';
import type { Composition } from '../cli-composition.ts';
import { Refusal } from './refusal.ts';
import type { Terminal } from './terminal.ts';

/** What every subcommand works with. */
export interface Door {
  readonly terminal: Terminal;
  readonly composition: Composition;
  /** The folder of the workspace: `--root`, else found from where the command was called. */
  readonly root: () => string;
  /** Opens the workspace, up to date, for as long as `run` takes; makes a log only for who says `create`. */
  readonly withApp: (
    run: (app: App) => Promise<void>,
    options?: { readonly create?: boolean },
  ) => Promise<void>;
  /** Becomes the exit code if nothing is thrown. */
  exitCode: number;
}

export function createDoor(
  terminal: Terminal,
  composition: Composition,
  rootOption: () => string | undefined,
): Door {
  function root(): string {
    const given = rootOption();
    if (given === undefined) return composition.findRoot(process.cwd());
    if (fs.statSync(given, { throwIfNoEntry: false })?.isDirectory()) return path.resolve(given);
    throw new Refusal(
      'no_workspace',
      `--root: there is no folder '${given}'.`,
      'Name a folder that exists.',
      'root',
    );
  }
  async function tellRefused(files: readonly string[]): Promise<void> {
    for (const file of files) await terminal.hint(`What was left to be recorded later was refused: ${file}`);
  }
  return {
    terminal,
    composition,
    root,
    exitCode: 0,
    async withApp(run, { create = false } = {}) {
      const app = await composition.openApp({ root: root(), source: 'cli', create });
      try {
        if (!app.readonly) await tellRefused((await app.deliverOutbox()).refused);
        await app.refresh();
        await app.checkAgents();
        await run(app);
      } finally {
        await app.close();
      }
    },
  };
}
