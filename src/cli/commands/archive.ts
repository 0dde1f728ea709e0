import type { Command } from 'commander';
import * as z from 'zod';
import { encodeEvent } from '../../contract/decode.ts';
import { counted } from '../../state/wording.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { alignColumns, paragraph, whole } from '../line.ts';
import { eventLine } from '../views/event-line.ts';

const showSchema = z.object({ task: z.string().optional(), contents: z.boolean().default(false) });

function addArchiveList(archive: Command, door: Door): void {
  const { terminal, composition } = door;
  archive
    .command('list', { isDefault: true })
    .description('list what was archived or deleted, the oldest first')
    .action(async () => {
      const found = await composition.listArchives(door.root());
      await terminal.result(
        found.map(({ timestamp, data }) => ({ at: timestamp, ...data })),
        () =>
          found.length === 0
            ? [whole('The log is whole: nothing was archived or deleted.')]
            : alignColumns(
                found.map(({ timestamp, data }) => [
                  { text: timestamp.slice(0, 10), style: 'dim' },
                  counted(data.events, 'event'),
                  counted(data.tasks.length, 'task'),
                  data.archive ? `${data.archive.file} on ${data.archive.host}` : 'deleted',
                ]),
              ),
      );
    });
}

const textOf = ({ ref, content }: { readonly ref: string; readonly content: Uint8Array }) => ({
  ref,
  text: new TextDecoder().decode(content),
});

function addArchiveShow(archive: Command, door: Door): void {
  const { terminal, composition } = door;
  const command = archive
    .command('show')
    .description('print the events in an archive')
    .argument('<file>', 'its name, or its path')
    .option('--task <id>', 'only of the tasks whose id has this part')
    .option('--contents', 'also what they name, such as a file before and after a change')
    .action(async (file: string, options: unknown) => {
      const { task, contents: isWanted } = showSchema.parse(options);
      const moment = { now: Date.now() };
      for await (const { event, contents } of composition.openArchive(door.root(), file)) {
        if (task !== undefined && event.task_id?.includes(task) !== true) continue;
        const texts = isWanted ? contents.map(textOf) : [];
        await terminal.entry({ ...encodeEvent(event), ...(isWanted && { contents: texts }) }, () => [
          eventLine(event, moment),
          ...texts.flatMap(({ ref, text }) => [
            whole('  ', { text: ref, style: 'dim' }),
            ...paragraph(text, '    '),
          ]),
        ]);
      }
    });
  withExamples(command, 'lineclear archive show 1-4711-0f3a5c21.jsonl.gz --task fix-login');
}

export function addArchive(program: Command, door: Door): void {
  const archive = program
    .command('archive')
    .description('see what lineclear retain has archived, and read it');
  addArchiveList(archive, door);
  addArchiveShow(archive, door);
  withExamples(archive, 'lineclear archive list', 'lineclear archive show FILE --json | jq -r .type');
}
