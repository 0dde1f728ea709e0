import type { Command } from 'commander';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { whole } from '../line.ts';
import { readChunks, splitLines } from '../read-input.ts';
import { counted } from '../../state/wording.ts';

export function addImport(program: Command, { terminal, withApp }: Door): void {
  const command = program
    .command('import')
    .description('take exported events in; those that are there already are left alone')
    .argument('<file>', 'JSON lines, as lineclear export writes them; - reads stdin')
    .action((file: string) =>
      withApp(
        async (app) => {
          const result = await app.importLines(splitLines(readChunks(file)));
          const { appended, known } = result;
          await terminal.result(result, () => [
            whole(
              `Imported ${counted(appended, 'event')}${known > 0 ? `; ${known} were there already` : ''}.`,
            ),
          ]);
        },
        { create: true },
      ),
    );
  withExamples(
    command,
    'lineclear import backup.jsonl',
    'lineclear --root ../other export | lineclear import -',
  );
}
