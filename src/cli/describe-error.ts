import { CommanderError } from 'commander';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { EXIT } from './exit-code.ts';
import { type Line, paragraph, whole } from './line.ts';
import { Refusal } from './refusal.ts';

export interface ErrorReport {
  readonly exitCode: number;
  readonly document: {
    readonly error: {
      readonly code: string;
      readonly message: string;
      /** The field, key or option that is wrong. */
      readonly field: string | null;
      readonly next: string;
    };
  };
  readonly lines: readonly Line[];
}

function report(exitCode: number, code: string, message: string, next: string, field?: string): ErrorReport {
  const [first = '', ...rest] = paragraph(message);
  const head = first === '' ? [] : [whole({ text: 'lineclear: ', style: 'red' }, ...first.cells)];
  return {
    exitCode,
    document: { error: { code, message, field: field ?? null, next } },
    lines: [...head, ...rest, ...(next ? [whole('  ', next)] : [])],
  };
}

/** What anything that was thrown means to the person and to the script. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof LineclearError || error instanceof Refusal) {
    const exitCode = error.code === 'not_waiting' ? EXIT.noEffect : EXIT.failed;
    return report(exitCode, error.code, error.message, error.next, error.field);
  }
  if (error instanceof CommanderError) {
    const message = error.message.replace(/^error: /, '');
    return report(EXIT.usage, 'usage', message, 'See lineclear --help, or --help after the command.');
  }
  const isSystem = error instanceof Error && 'syscall' in error;
  return report(
    EXIT.failed,
    isSystem ? 'system' : 'unexpected',
    messageOf(error),
    isSystem
      ? 'Check that the file or folder exists and may be used.'
      : 'This is a defect: please report it.',
  );
}
