import * as z from 'zod';
import { allowAlways } from '../handlers/allow-always.ts';
import { comparePlans } from '../handlers/compare-plans.ts';
import {
  answerQuestion,
  approvePlan,
  decidePermission,
  decideScope,
  sendBackPlan,
} from '../handlers/decide.ts';
import { settle } from '../handlers/settle.ts';
import { openPlan } from '../handlers/show.ts';
import { snoozeItem } from '../handlers/snooze.ts';
import { targetSchema } from '../target.ts';
import { type Command, inMenu, inline, row, withLog } from './define-command.ts';

const withPlan = 'viewItem =~ /^task .*plan( revised)?$/';
const revised = 'viewItem =~ /plan revised$/';
const comment = z.object({ comment: z.string().optional() });

/** Commands that answer what waits in the Inbox. */
export const decisionCommands = {
  'lineclear.settle': withLog({
    title: 'Show What Waits for You',
    icon: 'bell',
    palette: 'lineclear.waiting > 0',
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: settle,
  }),
  'lineclear.approvePlan': withLog({
    title: 'Approve Plan',
    icon: 'check',
    palette: 'lineclear.plans > 0',
    placements: [inline(row('inbox plan'), 1), inMenu('viewItem =~ /^task active review/', '1_decide@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: approvePlan,
  }),
  'lineclear.openPlan': withLog({
    title: 'Open Plan',
    icon: 'open-preview',
    palette: 'lineclear.tasks > 0',
    placements: [inline(row('inbox plan'), 2), inMenu(withPlan, '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: openPlan,
  }),
  'lineclear.comparePlans': withLog({
    title: 'Compare Plan Revisions…',
    icon: 'diff',
    palette: 'lineclear.revisedPlans > 0',
    placements: [inline(`view == lineclear.tasks && ${revised}`, 1), inMenu(revised, '2_show@2')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: comparePlans,
  }),
  'lineclear.rejectPlan': withLog({
    title: 'Reject Plan…',
    icon: 'close',
    palette: 'lineclear.plans > 0',
    placements: [inline(row('inbox plan'), 3), inMenu('viewItem =~ /^task active review/', '1_decide@3')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: (context, given) => sendBackPlan(context, given, 'rejected'),
  }),
  'lineclear.requestChanges': withLog({
    title: 'Request Changes…',
    icon: 'edit',
    palette: 'lineclear.plans > 0',
    placements: [
      inMenu(row('inbox plan'), '1_decide@2'),
      inMenu('viewItem =~ /^task active review/', '1_decide@2'),
    ],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: (context, given) => sendBackPlan(context, given, 'changes'),
  }),
  'lineclear.answerQuestion': withLog({
    title: 'Answer Question…',
    icon: 'reply',
    palette: 'lineclear.questions > 0',
    placements: [inline(row('inbox question'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ answer: z.string().optional() }),
    handle: answerQuestion,
  }),
  'lineclear.allowPermission': withLog({
    title: 'Allow Permission',
    icon: 'check',
    palette: 'lineclear.permissions > 0',
    placements: [inline(row('inbox permission'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: (context, given) => decidePermission(context, given, 'allow'),
  }),
  'lineclear.allowAlways': withLog({
    title: 'Always Allow…',
    icon: 'check-all',
    palette: 'lineclear.permissions > 0',
    placements: [inMenu(row('inbox permission'), '1_decide@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: allowAlways,
  }),
  'lineclear.denyPermission': withLog({
    title: 'Deny Permission',
    icon: 'close',
    palette: 'lineclear.permissions > 0',
    placements: [inline(row('inbox permission'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: (context, given) => decidePermission(context, given, 'deny'),
  }),
  'lineclear.snooze': withLog({
    title: 'Snooze…',
    icon: 'clock',
    palette: 'lineclear.waiting > 0',
    placements: [inMenu(row('inbox'), '4_later@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ until: z.iso.datetime().optional() }),
    handle: snoozeItem,
  }),
  'lineclear.allowScope': withLog({
    title: 'Allow Change Outside the Plan',
    icon: 'check',
    palette: 'lineclear.scopes > 0',
    placements: [inline(row('inbox scope'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => decideScope(context, given, 'allow'),
  }),
  'lineclear.revertScope': withLog({
    title: 'Revert Change Outside the Plan',
    icon: 'discard',
    palette: 'lineclear.scopes > 0',
    placements: [inline(row('inbox scope'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => decideScope(context, given, 'revert'),
  }),
  'lineclear.stopForScope': withLog({
    title: 'Stop Task That Left the Plan',
    icon: 'circle-slash',
    palette: 'lineclear.scopes > 0',
    placements: [inMenu(row('inbox scope'), '1_decide@3')],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => decideScope(context, given, 'stop'),
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
