import fs from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv } from 'ajv';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportedFiles } from '../../scripts/export-schemas.ts';
import { catalog, eventTypes } from '../../src/contract/catalog.ts';
import { asyncApi, eventsJsonSchema } from '../../src/contract/export-schemas.ts';
import { anyData, storedEventOf } from './arbitraries.ts';
import { complete } from './drafts.ts';

const root = path.join(import.meta.dirname, '../..');

it.each(Object.entries(exportedFiles()))(
  '%s is what the code gives: node scripts/export-schemas.ts',
  (file, content) => {
    expect(fs.readFileSync(path.join(root, file), 'utf8')).toBe(content);
  },
);

describe('the JSON Schema of events', () => {
  // Formats stand beside patterns that say the same.
  const ajv = new Ajv2020({
    validateFormats: false,
    strict: true,
    strictTypes: false,
    strictRequired: false,
  });
  ajv.addSchema(eventsJsonSchema());
  const validatorOf = (type: string) => ajv.getSchema(`urn:lineclear:events#/$defs/${type}`);

  it('accepts every valid event, by the schema of its type', () => {
    for (const type of eventTypes) {
      const validate = validatorOf(type);
      fc.assert(
        fc.property(storedEventOf(type), (event) => {
          expect(validate?.(event), JSON.stringify(validate?.errors)).toBe(true);
        }),
        { numRuns: 15 },
      );
    }
  });

  it('accepts an event of any type as one of them', () => {
    const validate = ajv.getSchema('urn:lineclear:events');
    const event = { ...complete(), sequence: 1 };
    expect(validate?.(event)).toBe(true);
    expect(validate?.({ ...event, type: 'task.exploded' })).toBe(false);
    expect(validate?.({ ...event, type: 'task.started' })).toBe(false);
    expect(validate?.({ ...event, version: 2 })).toBe(false);
    expect(validate?.({ ...event, sequence: 0 })).toBe(false);
    expect(validate?.({ ...event, colour: 'red' })).toBe(false);
    expect(validate?.({ ...event, data: { ...Object(event.data), colour: 'red' } })).toBe(false);
  });

  it('judges data that was changed at random as the contract does', () => {
    const spoil = fc.record({
      at: fc.nat(),
      value: fc.constantFrom<unknown>(undefined, null, '', ' ', '\u0000', -1, 0.5, 2, true, [], [1], {}, 'x'),
    });
    const envelope = { ...complete(), sequence: 1 };
    let refused = 0;
    fc.assert(
      fc.property(anyData, spoil, ({ type, data }, { at, value }) => {
        const fields = Object.keys(catalog[type].data.shape);
        const field = fields[at % (fields.length + 1)] ?? 'extra';
        const spoilt: unknown = JSON.parse(JSON.stringify({ ...Object(data), [field]: value }));
        const expected = catalog[type].data.safeParse(spoilt).success;
        if (!expected) refused += 1;
        const event = { ...envelope, type, version: catalog[type].version, data: spoilt };
        expect(validatorOf(type)?.(event), `${type} ${JSON.stringify(spoilt)}`).toBe(expected);
      }),
      { numRuns: 1500 },
    );
    expect(refused).toBeGreaterThan(300);
  });
});

/** Every `$ref` of a document. */
function refsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]: [string, unknown]) =>
    key === '$ref' && typeof item === 'string' ? [item] : refsIn(item),
  );
}

const at = (document: unknown, pointer: string): unknown =>
  pointer
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((place, key): unknown => new Map(Object.entries(Object(place))).get(key), document);

describe('the AsyncAPI document', () => {
  const document = asyncApi('1.2.3');

  it('is an AsyncAPI 3 document of the given version', () => {
    expect(document).toMatchObject({
      asyncapi: '3.0.0',
      info: { title: 'Lineclear events', version: '1.2.3' },
    });
    const allowed = ['asyncapi', 'info', 'defaultContentType', 'channels', 'operations', 'components'];
    expect(Object.keys(document)).toStrictEqual(allowed);
  });

  it('has a message with a payload for each type', () => {
    const messages = at(document, '#/components/messages');
    expect(Object.keys(Object(messages))).toStrictEqual([...eventTypes]);
    for (const type of eventTypes) {
      expect(at(messages, type)).toMatchObject({
        name: type,
        payload: { $ref: `#/components/schemas/${type}` },
      });
    }
  });

  it('refers to places that there are', () => {
    const refs = [...new Set(refsIn(document))];
    expect(refs.length).toBeGreaterThan(3 * eventTypes.length);
    expect(refs.filter((ref) => at(document, ref) === undefined)).toStrictEqual([]);
  });

  it('has operations whose messages are messages of their channel, as the specification demands', () => {
    for (const operation of ['append', 'follow']) {
      expect(at(document, `#/operations/${operation}`)).toMatchObject({
        action: operation === 'append' ? 'send' : 'receive',
        channel: { $ref: '#/channels/log' },
        messages: eventTypes.map((type) => ({ $ref: `#/channels/log/messages/${type}` })),
      });
    }
  });

  it('has names that AsyncAPI allows', () => {
    for (const place of ['#/components/messages', '#/components/schemas', '#/channels/log/messages'])
      for (const name of Object.keys(Object(at(document, place)))) expect(name).toMatch(/^[\w.-]+$/);
  });

  it('has payloads of JSON Schema draft 7, its default, that accept valid events', () => {
    const ajv = new Ajv({ validateFormats: false, strict: false });
    ajv.addSchema({ ...document, $id: 'https://test/asyncapi' }, undefined, true, false);
    for (const type of eventTypes) {
      const validate = ajv.compile({ $ref: `https://test/asyncapi#/components/schemas/${type}` });
      fc.assert(
        fc.property(storedEventOf(type), (event) => {
          expect(validate(event), JSON.stringify(validate.errors)).toBe(true);
          expect(validate({ ...event, colour: 'red' })).toBe(false);
        }),
        { numRuns: 5 },
      );
    }
  });
});
