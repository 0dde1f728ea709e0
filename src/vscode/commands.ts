import { z } from 'zod';
import type { App } from '../app.ts';
import { prioritySchema } from '../contract/event.ts';
import { roleSchema } from '../contract/events/task.ts';
import type { CommandContext, LogContext } from './command-context.ts';
import { pauseAgent, resumeAgent, sendPrompt, showAgentOutput, stopAgent } from './handlers/agents.ts';
import { filterActivity, groupAgents, sortAgents } from './handlers/arrange.ts';
import { chooseLog } from './handlers/choose-log.ts';
import { connectAgent } from './handlers/connect.ts';
import { comparePlans } from './handlers/compare-plans.ts';
import {
  answerQuestion,
  approvePlan,
  cancelTask,
  decidePermission,
  decideScope,
  retryTask,
  sendBackPlan,
} from './handlers/decide.ts';
import { openChange } from './handlers/open-change.ts';
import { settle } from './handlers/settle.ts';
import { resumeTask, retryWithPrompt, skipChunk } from './handlers/recover.ts';
import { useAnotherAgent } from './handlers/reassign.ts';
import { exportEvents, openPlan, openTaskFile, showEvent, showEvents } from './handlers/show.ts';
import { snoozeItem } from './handlers/snooze.ts';
import { createTask, createTaskWithOptions, injectContext } from './handlers/tasks.ts';
import { settleWorktree, showChanges } from './handlers/worktree.ts';
import { parseArguments, targetSchema } from './target.ts';
import { activityFilterSchema, agentGrouping, agentSorting } from './view-options.ts';

/** Where a command is offered besides the palette; `when` looks at what trees.ts gives rows as context. */
interface Placement {
  readonly menu: 'view/title' | 'view/item/context';
  readonly when: string;
  readonly group: string;
}

interface Appearance {
  readonly title: string;
  /** A codicon, for buttons. */
  readonly icon?: string;
  /** When the palette offers it: always, never, or under a condition of context-keys.ts. */
  readonly palette: true | false | string;
  readonly placements?: readonly Placement[];
}

/** A command, ready to be run with whatever was passed to it. */
export interface Command extends Appearance {
  /** Whether it makes something run or decides about it: not in Restricted Mode. */
  readonly trusted: boolean;
  /** `existing`: without a log it says what to do first. `created`: it makes the log if there is none. */
  readonly log: 'none' | 'existing' | 'created';
  readonly run: (
    context: CommandContext,
    app: App | undefined,
    given: readonly unknown[],
  ) => Promise<unknown>;
}

const withLog = <S extends z.ZodType>(
  appearance: Appearance & {
    readonly trusted: boolean;
    readonly log: 'existing' | 'created';
    readonly input: S;
    readonly handle: (context: LogContext, given: z.infer<S>) => Promise<unknown>;
  },
): Command => ({
  ...appearance,
  run: async (context, app, given) => {
    if (!app) throw new TypeError('a command that needs the log was run without it');
    return await appearance.handle({ ...context, app }, parseArguments(appearance.input, given));
  },
});

const withoutLog = (
  appearance: Appearance & {
    readonly trusted: boolean;
    readonly handle: (context: CommandContext) => Promise<unknown>;
  },
): Command => ({ ...appearance, log: 'none', run: (context) => appearance.handle(context) });

const inline = (when: string, order: number): Placement => ({
  menu: 'view/item/context',
  when,
  group: `inline@${order}`,
});
const inMenu = (when: string, group: string): Placement => ({ menu: 'view/item/context', when, group });
const inTitle = (view: string, group: string, when = 'lineclear.log == open'): Placement => ({
  menu: 'view/title',
  when: `view == lineclear.${view} && ${when}`,
  group,
});

const row = (words: string): string => `viewItem =~ /^${words}/`;
const isTask = 'viewItem =~ /^task /';
const withPlan = 'viewItem =~ /^task .*plan( revised)?$/';
const revised = 'viewItem =~ /plan revised$/';
const openTask = 'viewItem =~ /^task (active|failed)/';
const comment = z.object({ comment: z.string().optional() });

/** Every command there is. package.json is made from this: `node test/vscode/write-contributions.ts`. */
export const commands = {
  'lineclear.createTask': withLog({
    title: 'Create Task',
    icon: 'add',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.tasks && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: 'navigation@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({
      description: z.string().optional(),
      interactive: z.boolean().optional(),
      agents: z.partialRecord(roleSchema, z.string().min(1)).optional(),
      priority: prioritySchema.optional(),
      depends_on: z.array(z.string().min(1)).optional(),
      worktree: z.boolean().optional(),
    }),
    handle: createTask,
  }),
  'lineclear.createTaskWithOptions': withLog({
    title: 'Create Task with Options…',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    log: 'created',
    input: z.object({}),
    handle: createTaskWithOptions,
  }),
  'lineclear.createTaskInWorktree': withLog({
    title: 'Create Task in a Worktree',
    icon: 'git-branch',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.tasks && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: '1_create@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({ description: z.string().optional() }),
    handle: (context, given) => createTask(context, { ...given, worktree: true }),
  }),
  'lineclear.showChanges': withLog({
    title: 'Show Changes',
    icon: 'diff-multiple',
    palette: 'lineclear.worktrees > 0',
    placements: [inline('viewItem =~ /^worktree (open|merged)/', 1)],
    // Filters that the repository configures may run.
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: showChanges,
  }),
  'lineclear.mergeWorktree': withLog({
    title: 'Merge Worktree…',
    icon: 'git-merge',
    palette: 'lineclear.readyWorktrees > 0',
    placements: [inline(row('worktree open ready'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => settleWorktree(context, given, 'merge_worktree'),
  }),
  'lineclear.discardWorktree': withLog({
    title: 'Discard Worktree…',
    icon: 'trash',
    palette: 'lineclear.readyWorktrees > 0',
    placements: [inline(row('worktree open ready'), 3)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: (context, given) => settleWorktree(context, given, 'discard_worktree'),
  }),
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
  'lineclear.retryTask': withLog({
    title: 'Retry Task',
    icon: 'refresh',
    palette: 'lineclear.failures > 0',
    placements: [inline(row('inbox failure'), 1), inline(row('task failed'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: retryTask,
  }),
  'lineclear.retryWithPrompt': withLog({
    title: 'Retry with Prompt…',
    icon: 'edit',
    palette: 'lineclear.failures > 0',
    placements: [inMenu(row('inbox failure'), '1_decide@1'), inMenu(row('task failed'), '1_decide@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ prompt: z.string().optional() }),
    handle: retryWithPrompt,
  }),
  'lineclear.skipChunk': withLog({
    title: 'Skip Chunk…',
    icon: 'debug-step-over',
    palette: 'lineclear.skippable > 0',
    placements: [inMenu(row('inbox failure'), '1_decide@2'), inMenu(row('task failed'), '1_decide@2')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: skipChunk,
  }),
  'lineclear.resumeTask': withLog({
    title: 'Resume Task',
    icon: 'debug-continue',
    palette: 'lineclear.parked > 0',
    placements: [inline(row('inbox parked'), 1), inMenu('viewItem =~ /^task .*parked/', '1_decide@4')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend(comment.shape),
    handle: resumeTask,
  }),
  'lineclear.useAnotherAgent': withLog({
    title: 'Use Another Agent…',
    icon: 'arrow-swap',
    palette: 'lineclear.parked > 0 || lineclear.failures > 0',
    placements: [
      inMenu('viewItem =~ /^task .*parked/', '1_decide@5'),
      inMenu(row('task failed'), '1_decide@5'),
    ],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ agent_name: z.string().min(1).optional() }),
    handle: useAnotherAgent,
  }),
  'lineclear.cancelTask': withLog({
    title: 'Cancel Task',
    icon: 'circle-slash',
    palette: 'lineclear.openTasks > 0',
    placements: [
      inline(row('inbox failure'), 2),
      inline(row('inbox parked'), 2),
      inMenu(openTask, '3_end@1'),
    ],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ reason: z.string().optional() }),
    handle: cancelTask,
  }),
  'lineclear.injectContext': withLog({
    title: 'Inject Context…',
    icon: 'comment',
    palette: 'lineclear.openTasks > 0',
    placements: [inMenu(row('task active'), '2_show@2')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ text: z.string().optional() }),
    handle: injectContext,
  }),
  'lineclear.sendPrompt': withLog({
    title: 'Send Prompt…',
    icon: 'comment-discussion',
    palette: 'lineclear.openTasks > 0',
    placements: [inMenu(row('agent live'), '2_show@1'), inMenu(row('task active'), '2_show@1')],
    trusted: true,
    log: 'existing',
    input: targetSchema.extend({ text: z.string().optional(), interrupt: z.boolean().optional() }),
    handle: sendPrompt,
  }),
  'lineclear.pauseAgent': withLog({
    title: 'Pause Agent',
    icon: 'debug-pause',
    palette: 'lineclear.liveAgents > 0',
    placements: [inline('viewItem =~ /^agent live$/', 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: pauseAgent,
  }),
  'lineclear.resumeAgent': withLog({
    title: 'Resume Agent',
    icon: 'debug-continue',
    palette: 'lineclear.pausedAgents > 0',
    placements: [inline(row('agent live paused'), 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: resumeAgent,
  }),
  'lineclear.stopAgent': withLog({
    title: 'Stop Agent',
    icon: 'debug-stop',
    palette: 'lineclear.liveAgents > 0',
    placements: [inline(row('agent live'), 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: stopAgent,
  }),
  'lineclear.showAgentOutput': withLog({
    title: 'Show Agent Output',
    icon: 'terminal',
    palette: 'lineclear.log == open',
    placements: [inline(row('agent'), 3), inMenu(row('agent'), '2_show@1')],
    trusted: false,
    log: 'existing',
    input: targetSchema,
    handle: showAgentOutput,
  }),
  'lineclear.groupAgents': withLog({
    title: 'Group Agents…',
    icon: 'group-by-ref-type',
    palette: 'lineclear.log == open',
    placements: [inTitle('agents', 'navigation@1')],
    trusted: false,
    log: 'existing',
    input: z.object({ groupAgents: agentGrouping.optional() }),
    handle: groupAgents,
  }),
  'lineclear.sortAgents': withLog({
    title: 'Sort Agents…',
    icon: 'sort-precedence',
    palette: 'lineclear.log == open',
    placements: [inTitle('agents', 'navigation@2')],
    trusted: false,
    log: 'existing',
    input: z.object({ sortAgents: agentSorting.optional() }),
    handle: sortAgents,
  }),
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
  'lineclear.startOrchestrator': withLog({
    title: 'Start Orchestrator',
    palette: 'lineclear.log == open',
    trusted: true,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.start(),
  }),
  'lineclear.stopOrchestrator': withLog({
    title: 'Stop Orchestrator',
    palette: 'lineclear.log == open',
    trusted: true,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.stop(),
  }),
  'lineclear.showOrchestratorLog': withLog({
    title: 'Show Orchestrator Log',
    palette: 'lineclear.log == open',
    trusted: false,
    log: 'existing',
    input: z.object({}),
    handle: ({ orchestrator }) => orchestrator.showLog(),
  }),
  'lineclear.chooseLog': withoutLog({
    title: 'Choose Log…',
    icon: 'root-folder',
    palette: 'lineclear.logs > 1',
    placements: [
      { menu: 'view/title', when: 'view == lineclear.inbox && lineclear.logs > 1', group: 'navigation@1' },
    ],
    trusted: false,
    handle: chooseLog,
  }),
  'lineclear.openCommandCenter': withoutLog({
    title: 'Open Command Center',
    icon: 'graph-line',
    palette: 'workspaceFolderCount > 0',
    placements: [inTitle('agents', 'navigation@3')],
    trusted: false,
    handle: async ({ screen }) => screen.openCommandCenter(),
  }),
  'lineclear.showOutput': withoutLog({
    title: 'Show Output',
    icon: 'output',
    palette: true,
    trusted: false,
    handle: async ({ screen }) => screen.showOutput(),
  }),
  'lineclear.getStarted': withoutLog({
    title: 'Get Started',
    palette: true,
    trusted: false,
    handle: ({ screen }) => screen.openWalkthrough(),
  }),
  'lineclear.connectAgent': withLog({
    title: 'Connect Agent…',
    icon: 'plug',
    palette: 'workspaceFolderCount > 0',
    placements: [
      {
        menu: 'view/title',
        when: 'view == lineclear.agents && workspaceFolderCount > 0 && isWorkspaceTrusted',
        group: 'navigation@1',
      },
    ],
    trusted: true,
    log: 'created',
    input: z.object({}),
    handle: (context) => connectAgent(context),
  }),
  'lineclear.openConfiguration': withoutLog({
    title: 'Open Configuration',
    icon: 'gear',
    palette: 'workspaceFolderCount > 0',
    trusted: true,
    handle: ({ screen }) => screen.openConfiguration(),
  }),
  'lineclear.reopenLog': withoutLog({
    title: 'Open the Log Again',
    palette: 'lineclear.log == failed',
    trusted: false,
    handle: ({ reopen }) => reopen(),
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;

export type CommandId = keyof typeof commands;

export const commandIds: readonly CommandId[] = Object.keys(commands).filter(
  (id): id is CommandId => id in commands,
);
