import type { ErrorCode } from '../contract/errors.ts';

/** An error of this door with a next step of its own; `code` is one of the product's. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  /** What the person can do about it. */
  readonly next: string;
  readonly field: string | undefined;

  constructor(code: ErrorCode, message: string, next: string, field?: string) {
    super(message);
    this.code = code;
    this.next = next;
    this.field = field;
  }
}
