import { type Command, Option } from 'commander';
import * as z from 'zod';
import { counted } from '../../state/counted.ts';
import { withExamples } from '../arguments.ts';
import type { Door } from '../door.ts';
import { type Cell, alignColumns, whole } from '../line.ts';

function addGroupList(group: Command, { terminal, withApp }: Door): void {
  group
    .command('list', { isDefault: true })
    .description('list the groups and how far each is')
    .action(() =>
      withApp(async (app) => {
        const groups = await app.groups.list();
        await terminal.result(groups, () => {
          if (groups.length === 0) return [whole('No group has taken an event yet: lineclear consume.')];
          return alignColumns(
            groups.map(
              ({ group: name, position, behind, outstanding, stoppedAt, isCutOff }): readonly Cell[] => [
                name,
                { text: `at event ${position}`, style: 'dim' },
                `${counted(behind, 'event')} behind, ${outstanding} unfinished`,
                stoppedAt === undefined ? '' : { text: `stopped at event ${stoppedAt}`, style: 'yellow' },
                isCutOff ? { text: 'the next events were removed', style: 'yellow' } : '',
              ],
            ),
          );
        });
      }),
    );
}

function addGroupSkip(group: Command, { terminal, withApp }: Door): void {
  group
    .command('skip')
    .description('let a group go on behind events that it never got')
    .argument('<name>', 'the group')
    .addOption(
      new Option('--to <where>', 'whole: behind what was removed from the log; now: behind all there is')
        .choices(['whole', 'now'])
        .default('whole'),
    )
    .action((name: string, options: unknown) =>
      withApp(async (app) => {
        const { to: where } = z.object({ to: z.enum(['whole', 'now']) }).parse(options);
        const { from, to } = await app.groups.skip(name, where);
        await terminal.result({ group: name, from, to }, () => [
          whole(
            to === from
              ? `Group ${name} is at event ${from} already: nothing to skip.`
              : `Group ${name} goes on behind event ${to}: it does not get ${counted(to - from, 'event')} from ${from + 1} on.`,
          ),
        ]);
      }),
    );
}

export function addGroup(program: Command, door: Door): void {
  const group = program.command('group').description('groups of workers: how far they are');
  for (const add of [addGroupList, addGroupSkip]) add(group, door);
  withExamples(group, 'lineclear group', 'lineclear group skip chat', 'lineclear group skip chat --to now');
}
