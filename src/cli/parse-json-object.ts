import * as z from 'zod';
import { messageOf } from '../contract/errors.ts';
import { Refusal } from './refusal.ts';

const objectSchema = z.record(z.string(), z.unknown());

/** A JSON object of the command line. Throws `invalid_event` with `field`. */
export function parseJsonObject(text: string, field: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refusal(
      'invalid_event',
      `${field}: is not JSON: ${messageOf(error)}`,
      'Put the JSON in single quotes, or send it on stdin with -.',
      field,
    );
  }
  const { success, data } = objectSchema.safeParse(value);
  if (success) return data;
  throw new Refusal('invalid_event', `${field}: must be a JSON object.`, 'Send {"name": value, …}.', field);
}
