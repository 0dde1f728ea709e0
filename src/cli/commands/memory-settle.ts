import { type Command, Option } from 'commander';
import * as z from 'zod';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { paragraph, whole } from '../line.ts';
import { textOrStdin } from '../read-input.ts';
import { Refusal } from '../refusal.ts';
import { NOTE, selectNote } from '../select-note.ts';

const settleSchema = z.object({
  take: z.enum(['current', 'other']).optional(),
  merged: z.boolean().default(false),
  text: z.string().optional(),
});

export function addSettle(memory: Command, { terminal, withApp }: Door): void {
  const command = memory
    .command('settle')
    .description('choose between two versions of a note that could not be merged')
    .argument('<note>', NOTE)
    .addOption(
      new Option('--take <version>', 'the one that all see, or the other one; without it both are shown')
        .choices(['current', 'other'])
        .conflicts(['text', 'merged']),
    )
    .addOption(new Option('--merged', 'print both as one text, to be edited').conflicts('text'))
    .option('--text <text>', 'take this text of both; - reads it from stdin')
    .action((part: string, options: unknown) =>
      withApp(async (app) => {
        const { take, merged, text } = settleSchema.parse(options);
        const store = await app.memory();
        const note = await selectNote(store, part);
        const [fork] = note.forks;
        if (!fork)
          throw new Refusal(
            'not_waiting',
            'There is one version of it only.',
            'Nothing is left to do.',
            'note',
          );
        if (merged) {
          const conflict = await store.conflict(note.note_id);
          await terminal.result(conflict, () => paragraph(conflict.merged));
          return;
        }
        if (take === undefined && text === undefined) {
          const [current, other] = [await store.text(note), await store.text(fork)];
          await terminal.result({ current, other }, () => [
            whole({ text: `current, by ${note.agent_id}`, style: 'bold' }),
            ...paragraph(current, '  '),
            whole({ text: `other, by ${fork.agent_id}`, style: 'bold' }),
            ...paragraph(other, '  '),
          ]);
          return;
        }
        const taken = take ?? { text: `${(await textOrStdin(text ?? '-')).trimEnd()}\n` };
        const settled = await store.resolve(note.note_id, fork.event_id, taken, app.author());
        await terminal.result(settled, () => [whole(`${note.domain}/${note.slug} is settled.`)]);
      }),
    );
  withExamples(
    command,
    'lineclear memory settle api/limits --take other',
    'lineclear memory settle api/limits --merged >both.md; $EDITOR both.md; lineclear memory settle api/limits --text - <both.md',
  );
}
