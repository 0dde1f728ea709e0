import type { Command } from 'commander';
import * as z from 'zod';
import { counted } from '../../state/counted.ts';
import { formatTime } from '../../state/time-format.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { EXIT } from '../exit-code.ts';
import { type Cell, alignColumns, whole } from '../line.ts';

function addOutboxList(outbox: Command, { terminal, composition, root }: Door): void {
  outbox
    .command('list', { isDefault: true })
    .description('list what waits, the oldest first, and the files of what was refused')
    .action(async () => {
      const box = composition.outboxIn(root());
      const { refused, removedAt } = box.status();
      const waiting = box.waiting();
      await terminal.result({ waiting, refused, removed_at: removedAt ?? null }, () => {
        if (waiting.length + refused.length === 0 && !removedAt)
          return [whole('Nothing waits to be recorded.')];
        return [
          ...alignColumns(
            waiting.map(({ id, at, request }): readonly Cell[] => [
              formatTime(new Date(at), 'full'),
              request.kind === 'event' ? String(request.event['type']) : request.kind,
              { text: id, style: 'dim' },
            ]),
          ),
          ...refused.map((file) => whole({ text: 'refused', style: 'bold' }, '  ', file)),
          ...(removedAt
            ? [whole(`The oldest that were refused were removed on ${formatTime(removedAt, 'full')}.`)]
            : []),
        ];
      });
    });
}

function addOutboxDeliver(outbox: Command, door: Door): void {
  const { terminal, composition, root, withApp } = door;
  outbox
    .command('deliver')
    .description('record now what waits; exit code 1 when something still does, or was refused')
    .option('--refused', 'also what was refused, after its file was corrected')
    .action(async (options: unknown) => {
      const given = z.object({ refused: z.boolean().default(false) }).parse(options);
      const box = composition.outboxIn(root());
      if (given.refused) box.retryRefused();
      const before = box.status();
      await withApp(
        async ({ outbox: { waiting, refused, cause } }) => {
          const delivered = before.waiting - waiting - (refused.length - before.refused.length);
          await terminal.result({ delivered, waiting, refused, cause: cause?.message ?? null }, () => [
            whole(`${counted(delivered, 'event')} recorded, ${waiting} waiting, ${refused.length} refused.`),
            ...refused.map((file) => whole('  ', file)),
            ...(cause ? [whole(cause.message), whole('  ', cause.next)] : []),
          ]);
          if (waiting + refused.length > 0) door.exitCode = EXIT.failed;
        },
        { create: true },
      );
    });
}

/** What producers left with `--later`. */
export function addOutbox(program: Command, door: Door): void {
  const outbox = program.command('outbox').description('what was stored with --later and waits for the log');
  addOutboxList(outbox, door);
  addOutboxDeliver(outbox, door);
  withExamples(outbox, 'lineclear outbox', 'lineclear outbox deliver --refused');
}
