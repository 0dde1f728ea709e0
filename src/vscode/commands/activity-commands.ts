import * as z from 'zod';
import { filterActivity } from '../handlers/arrange.ts';
import { openArchive } from '../handlers/show-archive.ts';
import { openChange } from '../handlers/open-change.ts';
import { exportEvents, openTaskFile, showEvent, showEvents } from '../handlers/show.ts';
import { targetSchema } from '../target.ts';
import { activityFilterSchema } from '../view-options.ts';
import { type Command, inMenu, inTitle, inline, row, withLog } from './define-command.ts';

const isTask = 'viewItem =~ /^task /';

/** Commands that look into the log. */
export const activityCommands = {
  'lineclear.filterActivity': withLog({
    title: 'Filter Activity…',
    icon: 'filter',
    palette: 'lineclear.log == open',
    placements: [inTitle('activity', 'navigation@1')],
    trusted: false,
    log: 'existing',
    input: activityFilterSchema,
    handle: filterActivity,
  }),
  'lineclear.clearActivityFilter': withLog({
    title: 'Clear Activity Filter',
    icon: 'clear-all',
    palette: 'lineclear.activityFiltered',
    placements: [inTitle('activity', 'navigation@2', 'lineclear.activityFiltered')],
    trusted: false,
    log: 'existing',
    input: z.object({}),
    handle: ({ views }) => views.change({ activityFilter: {} }),
  }),
  'lineclear.showOlderActivity': withLog({
    title: 'Show Older Activity',
    palette: 'lineclear.log == open',
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: async ({ views }) => views.showOlderActivity(),
  }),
  'lineclear.showEvents': withLog({
    title: 'Show Events',
    icon: 'list-flat',
    palette: 'lineclear.log == open',
    placements: [inTitle('activity', 'navigation@3'), inMenu(isTask, '2_show@3')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => showEvents(context, given, 'lines'),
  }),
  'lineclear.showEventsAsJson': withLog({
    title: 'Show Events as JSON',
    palette: 'lineclear.log == open',
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => showEvents(context, given, 'json'),
  }),
  'lineclear.openArchive': withLog({
    title: 'Open Archive…',
    icon: 'archive',
    palette: 'lineclear.log == open',
    trusted: false,
    log: 'existing',
    input: z.object({}),
    handle: openArchive,
  }),
  'lineclear.showEvent': withLog({
    title: 'Show Event',
    palette: false,
    placements: [inMenu(row('event'), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: showEvent,
  }),
  'lineclear.openChange': withLog({
    title: 'Open Change',
    icon: 'diff',
    palette: false,
    placements: [inline(row('event file'), 1), inMenu(row('event file'), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: openChange,
  }),
  'lineclear.openFile': withLog({
    title: 'Open File',
    icon: 'go-to-file',
    palette: false,
    placements: [inline(row('event file'), 2), inMenu(row('(event|chunk) file'), '2_show@2')],
    trusted: false,
    log: 'existing',
    input: targetSchema.extend({ path: z.string().min(1) }),
    handle: openTaskFile,
  }),
  'lineclear.exportEvents': withLog({
    title: 'Export Events…',
    icon: 'export',
    palette: 'lineclear.log == open',
    placements: [inTitle('activity', '2_export@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: exportEvents,
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
