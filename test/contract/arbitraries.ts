import * as fc from 'fast-check';
import { z } from 'zod';
import { type EventType, catalog, definitionOf, eventTypes } from '../../src/contract/catalog.ts';
import { type StoredEvent, decodeEvent } from '../../src/contract/decode.ts';
import { type AgentEvent, storedEnvelopeSchema } from '../../src/contract/event.ts';

/** Arbitraries to use for fields of these names instead, such as ids out of a small pool. */
export type Named = Readonly<Record<string, fc.Arbitrary<unknown>>>;

const timestamp = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Without what JSON does not bring back as it was: negative zero; and keys `__proto__`, which zod drops. */
const json = fc
  .jsonValue({ maxDepth: 3 })
  .map((value): unknown => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')));

const text = fc.oneof(
  { weight: 10, arbitrary: fc.string({ maxLength: 30, unit: 'binary' }) },
  { weight: 10, arbitrary: fc.string({ maxLength: 30, unit: 'grapheme' }) },
  { weight: 3, arbitrary: fc.stringMatching(/^blob:[0-9a-f]{64}$/) },
);

function numberOf(schema: z.ZodNumber): fc.Arbitrary<number> {
  const min = Math.max(schema.minValue ?? -1e9, -1e9);
  const max = Math.min(schema.maxValue ?? 1e9, 1e9);
  const isInteger = schema.format === 'safeint';
  const number = isInteger
    ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
    : fc.double({ min, max, noNaN: true }).map((value) => value + 0);
  return number.filter((value) => schema.safeParse(value).success);
}

function objectOf(schema: z.ZodObject, named: Named): fc.Arbitrary<unknown> {
  const fields = Object.entries<z.core.$ZodType>(schema.shape);
  const requiredKeys = fields.filter(([, field]) => !(field instanceof z.ZodOptional)).map(([name]) => name);
  const model = Object.fromEntries(
    fields.map(([name, field]) => [name, named[name] ?? arbitraryOf(field, named)]),
  );
  return fc.record(model, { requiredKeys, noNullPrototype: true });
}

/** Values that a schema of the catalog accepts, found by walking the schema: a new type is covered by itself. */
export function arbitraryOf(schema: z.core.$ZodType, named: Named = {}): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodOptional) return arbitraryOf(schema.unwrap(), named);
  if (schema instanceof z.ZodObject) return objectOf(schema, named);
  if (schema instanceof z.ZodArray) {
    const list = fc.array(arbitraryOf(schema.element, named), { maxLength: 3 });
    return list.filter((value) => schema.safeParse(value).success);
  }
  if (schema instanceof z.ZodRecord) {
    const key = arbitraryOf(schema.keyType).map(String);
    const value = arbitraryOf(schema.valueType, named);
    return fc.dictionary(
      key.filter((name) => name !== '__proto__'),
      value,
      { maxKeys: 3, noNullPrototype: true },
    );
  }
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodNumber) return numberOf(schema);
  if (schema instanceof z.ZodUUID) return fc.uuid({ version: 7 });
  if (schema instanceof z.ZodISODateTime) return timestamp;
  if (schema instanceof z.ZodTemplateLiteral) {
    return fc.stringMatching(/^blob:[0-9a-f]{64}$/).filter((value) => schema.safeParse(value).success);
  }
  if (schema instanceof z.ZodString) return text.filter((value) => schema.safeParse(value).success);
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodUnknown) return json;
  throw new TypeError(`there is no arbitrary for a schema of type ${schema.constructor.name} yet`);
}

const envelope = arbitraryOf(storedEnvelopeSchema.omit({ type: true, version: true, data: true }));

/** Valid stored events of one type, in the version that is written today. */
export function storedEventOf(type: EventType, named: Named = {}): fc.Arbitrary<StoredEvent> {
  const { version, data } = definitionOf(type);
  return fc.tuple(envelope, named['data'] ?? arbitraryOf(data, named)).map(([fields, payload]) => {
    const stored = storedEnvelopeSchema.parse({ ...Object(fields), type, version, data: payload });
    return { ...stored, call_chain: [...stored.call_chain, stored.source_agent_id] };
  });
}

const readable = (stored: StoredEvent): AgentEvent => {
  const event = decodeEvent(stored);
  if (event.type === 'unknown') throw new Error(event.data.reason);
  return event;
};

/** Valid events of one type, as a log gives them. */
export const eventOf = (type: EventType, named: Named = {}): fc.Arbitrary<AgentEvent> =>
  storedEventOf(type, named).map(readable);

/** Data of any type, with that type. */
export const anyData: fc.Arbitrary<{ type: EventType; data: unknown }> = fc.oneof(
  ...eventTypes.map((type) => arbitraryOf(catalog[type].data).map((data) => ({ type, data }))),
);
