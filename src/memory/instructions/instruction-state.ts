import type { FileReason } from '../../state/file-reason.ts';

/** Files that agents read by themselves: kept where they exist and a person names no others. */
export const KNOWN_FILES = [
  'AGENTS.md',
  'CLAUDE.md',
  'GEMINI.md',
  'QWEN.md',
  '.github/copilot-instructions.md',
] as const;

/** How it stands with an instruction file. */
export type InstructionState =
  /** It has the notes, or there are none and it has no section. */
  | { readonly kind: 'same' }
  /** It gets the notes with the next pass that may write. */
  | { readonly kind: 'due' }
  /** Somebody changed the section: it is left alone until a person decides. */
  | { readonly kind: 'edited' }
  /** The section is gone: it does not come back unless a person says so. */
  | { readonly kind: 'removed' }
  /** So is the file. */
  | { readonly kind: 'deleted' }
  /** A person took over that the section is gone. */
  | { readonly kind: 'left out' }
  /** A person named it, and it never was there. */
  | { readonly kind: 'missing' }
  /** It is another one of them, by a link. */
  | { readonly kind: 'link'; readonly to: string }
  /** It cannot be kept; `line` from 1 on. */
  | { readonly kind: 'problem'; readonly reason: FileReason; readonly line?: number | undefined };

export interface InstructionFile {
  /** In the workspace, with `/`. */
  readonly path: string;
  readonly state: InstructionState;
}

/** Whether a person has to decide: take it over, or undo it. */
export const isDrift = ({ state: { kind } }: InstructionFile): boolean =>
  kind === 'edited' || kind === 'removed' || kind === 'deleted';
