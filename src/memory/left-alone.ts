import { LineclearError, messageOf } from '../contract/errors.ts';
import { type FileReason, reasonWords } from '../state/file-reason.ts';

/** A text that cannot be a note, or a file that cannot be kept, with the reason for who reads it in another language. */
export class ReasonedError extends LineclearError {
  readonly reason: FileReason;
  /** From 1 on. */
  readonly line: number | undefined;

  constructor(code: 'invalid_note' | 'note_too_large' | 'invalid_input', message: string, found: Found) {
    const { reason, line, field } = found;
    super(code, message, { field });
    this.reason = reason;
    this.line = line;
  }
}

interface Found {
  readonly reason: FileReason;
  readonly line?: number | undefined;
  readonly field?: string;
}

/** What is wrong with the text of a note, and where: lines count from 1. */
export function invalidLine(line: number, reason: FileReason): ReasonedError {
  const where = `line ${line}`;
  return new ReasonedError('invalid_note', `${where}: ${reasonWords(reason)}`, {
    reason,
    line,
    field: where,
  });
}

/** Why a file is left alone about which this was thrown. */
export function reasonOf(error: unknown): {
  readonly reason: FileReason;
  readonly line?: number | undefined;
} {
  if (error instanceof ReasonedError) return { reason: error.reason, line: error.line };
  const detail = messageOf(error);
  if (error instanceof Error && 'code' in error && 'syscall' in error)
    return { reason: { kind: 'system', code: String(error.code), detail } };
  return { reason: { kind: 'other', detail } };
}
