import { MAX_DATA_BYTES } from '../contract/event.ts';

const KIB = 1024;
const MIB = KIB * KIB;

const size = (bytes: number): string =>
  bytes < MIB ? `${Math.ceil(bytes / KIB)} KB` : `${(bytes / MIB).toFixed(1)} MB`;

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/**
 * What is wrong with a plan that is too long to be recorded, in words that the agent and a person understand. `plan`: all
 * that is recorded of it; `leftOut`: characters that were not even kept.
 */
export function planTooLong(plan: unknown, leftOut = 0): string | undefined {
  const bytes = bytesOf(JSON.stringify(plan)) + leftOut;
  if (bytes <= MAX_DATA_BYTES) return undefined;
  return `the plan is ${size(bytes)} long, and a plan with its chunks may have ${size(MAX_DATA_BYTES)}; make it shorter and leave details to the chunks that need them`;
}
