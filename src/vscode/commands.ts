import { activityCommands } from './commands/activity-commands.ts';
import { agentCommands } from './commands/agent-commands.ts';
import { deadLetterCommands } from './commands/dead-letter-commands.ts';
import { decisionCommands } from './commands/decision-commands.ts';
import { instructionCommands } from './commands/instruction-commands.ts';
import { memoryCommands } from './commands/memory-commands.ts';
import { taskCommands } from './commands/task-commands.ts';
import { windowCommands } from './commands/window-commands.ts';
import type { Command } from './commands/define-command.ts';

export type { Command };

/** Every command there is. package.json is made from this: `node test/vscode/write-contributions.ts`. */
export const commands = {
  ...taskCommands,
  ...decisionCommands,
  ...agentCommands,
  ...activityCommands,
  ...memoryCommands,
  ...instructionCommands,
  ...deadLetterCommands,
  ...windowCommands,
} as const satisfies Record<`lineclear.${string}`, Command>;

export type CommandId = keyof typeof commands;

export const commandIds: readonly CommandId[] = Object.keys(commands).filter(
  (id): id is CommandId => id in commands,
);
