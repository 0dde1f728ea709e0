import {
  keepInstructions,
  showInstructionChange,
  takeOverInstructions,
  undoInstructions,
} from '../handlers/instructions.ts';
import { targetSchema } from '../target.ts';
import { type Command, inTitle, inline, row, withLog } from './define-command.ts';

const open = 'lineclear.log == open';
const drift = row('instructions drift');

/** Commands about the agents' own instruction files. */
export const instructionCommands = {
  'lineclear.keepInstructions': withLog({
    title: 'Keep Instruction Files the Same…',
    palette: true,
    placements: [inTitle('memory', '2_instructions@1')],
    trusted: true,
    log: 'created',
    input: targetSchema,
    handle: keepInstructions,
  }),
  'lineclear.showInstructionChange': withLog({
    title: 'Show Difference of Instructions',
    icon: 'diff',
    palette: open,
    placements: [inline(drift, 1)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: showInstructionChange,
  }),
  'lineclear.takeOverInstructions': withLog({
    title: 'Take Over Instructions',
    icon: 'check',
    palette: open,
    placements: [inline(drift, 2)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: takeOverInstructions,
  }),
  'lineclear.undoInstructions': withLog({
    title: 'Undo Instructions',
    icon: 'discard',
    palette: open,
    placements: [inline(drift, 3)],
    trusted: true,
    log: 'existing',
    input: targetSchema,
    handle: undoInstructions,
  }),
} as const satisfies Record<`lineclear.${string}`, Command>;
