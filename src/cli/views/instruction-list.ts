import type { InstructionFile, InstructionState } from '../../app.ts';
import { reasonWords } from '../../state/file-reason.ts';
import { type Cell, type Line, alignColumns, whole } from '../line.ts';
import { shellWord } from '../shell-word.ts';

const WAITS = { edited: 'edited', removed: 'section removed', deleted: 'file deleted' } as const;

function stateCell(state: InstructionState): Cell {
  switch (state.kind) {
    case 'same':
      return { text: 'same', style: 'green' };
    case 'due':
      return { text: 'to be written', style: 'yellow' };
    case 'edited':
    case 'removed':
    case 'deleted':
      return { text: WAITS[state.kind], style: 'red' };
    case 'left out':
      return { text: 'left out', style: 'dim' };
    case 'missing':
      return { text: 'not there', style: 'dim' };
    case 'link':
      return { text: `link to ${state.to}`, style: 'dim' };
    case 'problem':
      return { text: 'left alone', style: 'red' };
  }
}

/** What a person can do, or why nothing is done. */
function more({ path, state }: InstructionFile): string {
  const file = shellWord(path);
  switch (state.kind) {
    case 'edited':
    case 'removed':
    case 'deleted':
      return `lineclear instructions take-over ${file}, or undo ${file}`;
    case 'left out':
    case 'missing':
      return `lineclear instructions undo ${file} makes it`;
    case 'problem':
      return `${state.line === undefined ? 'it' : `line ${state.line}`} ${reasonWords(state.reason)}`;
    case 'same':
    case 'due':
    case 'link':
      return '';
  }
}

const isDrift = ({ state }: InstructionFile): boolean => Object.hasOwn(WAITS, state.kind);

/** What waits for a person, as the matters of the Inbox are for a program. */
export const driftItems = (files: readonly InstructionFile[]) =>
  files.filter(isDrift).map(({ path, state }) => ({
    kind: 'instructions',
    item_id: `instructions:${path}`,
    path,
    change: state.kind,
  }));

/** What waits for a person, with the commands that settle it. */
export const driftList = (files: readonly InstructionFile[]): readonly Line[] =>
  files.filter(isDrift).flatMap((file) => [
    whole({ text: '≠', style: 'yellow' }, ' ', {
      text: `${file.path}: ${textOf(stateCell(file.state))}`,
      style: 'bold',
    }),
    ...['diff', 'take-over', 'undo'].map((command) =>
      whole('    ', { text: `lineclear instructions ${command} ${shellWord(file.path)}`, style: 'dim' }),
    ),
  ]);

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);

/** One line each. */
export function instructionList(files: readonly InstructionFile[]): readonly Line[] {
  if (files.length === 0) return [whole('There are no instruction files.')];
  return alignColumns(files.map((file): readonly Cell[] => [file.path, stateCell(file.state), more(file)]));
}
