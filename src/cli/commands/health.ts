import type { Command } from 'commander';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { type Cell, alignColumns } from '../line.ts';

/** Not by colour alone. */
const MARKS = {
  ok: { text: 'ok', style: 'dim' },
  warning: { text: 'warning', style: 'bold' },
  failure: { text: 'FAILURE', style: 'bold' },
} as const;

export function addHealth(program: Command, door: Door): void {
  const { terminal, composition } = door;
  const command = program
    .command('health')
    .description(
      'look at the log, its server, groups, orchestrator, agents and disk; exit code 1 for a failure',
    )
    .action(async () => {
      const checks = await composition.checkHealth({ root: door.root() });
      await terminal.result(checks, () =>
        alignColumns(
          checks.flatMap(({ level, subject, text, next }): (readonly Cell[])[] => [
            [MARKS[level], subject, text],
            ...(next ? [['', '', { text: next, style: 'dim' } as const]] : []),
          ]),
        ),
      );
      if (checks.some(({ level }) => level === 'failure')) door.exitCode = EXIT.failed;
    });
  withExamples(command, 'lineclear health', 'lineclear health --json | jq \'.[] | select(.level != "ok")\'');
}
