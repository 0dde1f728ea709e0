import { Command } from 'commander';
import * as z from 'zod';
import { VERSION } from '../app-info.ts';
import { addAllow } from './commands/allow.ts';
import { addAnswer } from './commands/answer.ts';
import { addApprove } from './commands/approve.ts';
import { addArchive } from './commands/archive.ts';
import { addCancel } from './commands/cancel.ts';
import { addConnect } from './commands/connect.ts';
import { addConsume } from './commands/consume.ts';
import { addContext } from './commands/context.ts';
import { addCopy } from './commands/copy.ts';
import { addCreate } from './commands/create.ts';
import { addDeny } from './commands/deny.ts';
import { addDlq } from './commands/dlq.ts';
import { addEmit } from './commands/emit.ts';
import { addExport } from './commands/export.ts';
import { addGroup } from './commands/group.ts';
import { addHealth } from './commands/health.ts';
import { addImport } from './commands/import.ts';
import { addInject } from './commands/inject.ts';
import { addInstructions } from './commands/instructions.ts';
import { addInbox, addList } from './commands/list.ts';
import { addMemory } from './commands/memory.ts';
import { addOutbox } from './commands/outbox.ts';
import { addPauseAgent, addResumeAgent } from './commands/pause-agent.ts';
import { addPlan } from './commands/plan.ts';
import { addPrompt } from './commands/prompt.ts';
import { addRaise } from './commands/raise.ts';
import { addReject } from './commands/reject.ts';
import { addReplay } from './commands/replay.ts';
import { addResume } from './commands/resume.ts';
import { addRetain } from './commands/retain.ts';
import { addRetry } from './commands/retry.ts';
import { addScope } from './commands/scope.ts';
import { addServe } from './commands/serve.ts';
import { addShow } from './commands/show.ts';
import { addSkip } from './commands/skip.ts';
import { addSnooze } from './commands/snooze.ts';
import { addStats } from './commands/stats.ts';
import { addStopAgent } from './commands/stop-agent.ts';
import { addTail } from './commands/tail.ts';
import { addTaskResult } from './commands/task-result.ts';
import { addUse } from './commands/use.ts';
import { addWhere } from './commands/where.ts';
import { addDiff, addDiscard, addMerge } from './commands/worktree.ts';
import type { Door } from './door.ts';
import { EXIT_HELP } from './exit-code.ts';

/** In the order of the help. */
const GROUPS = {
  'Tasks:': [addCreate, addList, addShow, addPlan],
  'Decisions:': [addInbox, addApprove, addReject, addAnswer, addAllow, addDeny, addScope, addSnooze],
  'Worktrees:': [addDiff, addMerge, addDiscard],
  'Steering:': [
    addPrompt,
    addInject,
    addRetry,
    addSkip,
    addResume,
    addRaise,
    addUse,
    addCancel,
    addPauseAgent,
    addResumeAgent,
    addStopAgent,
  ],
  'Events:': [addTail, addStats, addReplay, addEmit, addExport, addImport, addCopy, addRetain, addArchive],
  'Memory:': [addMemory, addContext, addInstructions, addTaskResult],
  'Delivery:': [addConsume, addGroup, addDlq, addOutbox],
  'Running:': [addServe, addConnect, addWhere, addHealth],
} as const;

const globalOptions = z.object({ root: z.string().optional() });

export interface Program {
  /** Runs one command line. Throws what the command throws, and the parser's errors. */
  run(args: readonly string[]): Promise<void>;
  /** The value of `--root`, once the command line is parsed. */
  root(): string | undefined;
}

/** All subcommands and what they share. */
export function createProgram(door: Door): Program {
  const program = new Command('lineclear')
    .description('The control room for your coding agents, in the terminal.')
    .usage('<command> [options]')
    .option('--root <folder>', 'workspace (default: the nearest one upwards from here)')
    .option('--json', 'machine output: one JSON document, or JSON lines for tail and export')
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    // What is wrong is told in one place, for persons and for machines.
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', `\n${EXIT_HELP}`);
  for (const [title, commands] of Object.entries(GROUPS)) {
    program.commandsGroup(title);
    for (const add of commands) add(program, door);
  }
  program.addHelpCommand(
    new Command('help').argument('[command]').description('show the help of a command').helpGroup('Running:'),
  );
  return {
    async run(args) {
      await program.parseAsync(args, { from: 'user' });
    },
    root: () => globalOptions.parse(program.opts()).root,
  };
}
