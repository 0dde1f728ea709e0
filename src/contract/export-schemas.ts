import * as z from 'zod';
import { type EventType, catalog, definitionOf, eventTypes } from './catalog.ts';
import { storedEnvelopeSchema } from './event.ts';

export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

type Draft = 'draft-2020-12' | 'draft-7';

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a schema says of itself as a document; and the places that only `z.json()` has: any JSON is `true` instead. */
const DOCUMENT_KEYWORDS: ReadonlySet<string> = new Set(['$schema', '$defs', 'definitions']);

function inline(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inline);
  if (!isSchema(value)) return value;
  return '$ref' in value ? true : inlineSchema(value);
}

function inlineSchema(schema: JsonSchema): JsonSchema {
  const keywords = Object.entries(schema).filter(([keyword]) => !DOCUMENT_KEYWORDS.has(keyword));
  return Object.fromEntries(keywords.map(([keyword, value]) => [keyword, inline(value)]));
}

const toJsonSchema = (schema: z.ZodType, target: Draft): JsonSchema =>
  inlineSchema({ ...z.toJSONSchema(schema, { target }) });

/** For each type the schema of a whole stored event, in the version that is written today; and what they share. */
function schemasAt(root: string, target: Draft): JsonSchema {
  const ofType = (type: EventType): JsonSchema => {
    const { version, summary, data } = definitionOf(type);
    const properties = {
      type: { const: type },
      version: { const: version },
      data: toJsonSchema(data, target),
    };
    return { title: type, description: summary, allOf: [{ $ref: `${root}/envelope` }, { properties }] };
  };
  const schemas = eventTypes.map((type) => [type, ofType(type)]);
  return { envelope: toJsonSchema(storedEnvelopeSchema, target), ...Object.fromEntries(schemas) };
}

/** One JSON Schema (2020-12) for any stored event: `$defs` has one of its own for each type. */
export function eventsJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:lineclear:events',
    title: 'Lineclear event',
    description: 'An event of a Lineclear log as it is stored, exported and streamed.',
    oneOf: eventTypes.map((type) => ({ $ref: `#/$defs/${type}` })),
    $defs: schemasAt('#/$defs', 'draft-2020-12'),
  };
}

const messageNames = (root: string): JsonSchema =>
  Object.fromEntries(eventTypes.map((type) => [type, { $ref: `${root}/${type}` }]));

/** The log as an AsyncAPI 3 document: one channel, one message for each type. `version` is the program's. */
export function asyncApi(version: string): JsonSchema {
  const onLog = (action: 'send' | 'receive', summary: string): JsonSchema => ({
    action,
    summary,
    channel: { $ref: '#/channels/log' },
    messages: Object.values(messageNames('#/channels/log/messages')),
  });
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Lineclear events',
      version,
      description: 'Everything that people and coding agents do is an event in one log.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: {
      log: {
        address: null,
        title: 'The event log',
        description: 'Append-only and totally ordered; one for each workspace.',
        messages: messageNames('#/components/messages'),
      },
    },
    operations: {
      append: onLog('send', 'Put events into the log.'),
      follow: onLog('receive', 'Read events from a sequence on, and those to come.'),
    },
    components: {
      messages: Object.fromEntries(
        eventTypes.map((type) => [
          type,
          {
            name: type,
            title: type,
            summary: catalog[type].summary,
            contentType: 'application/json',
            payload: { $ref: `#/components/schemas/${type}` },
          },
        ]),
      ),
      schemas: schemasAt('#/components/schemas', 'draft-7'),
    },
  };
}

/** A type in a word or two, for the table of fields. */
function shapeOf(schema: JsonSchema): string {
  const { type, items, properties, required, enum: values, additionalProperties: others } = schema;
  if (Array.isArray(values)) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (type === 'array') return `list of ${isSchema(items) ? shapeOf(items) : 'anything'}`;
  if (isSchema(properties)) {
    const names = Object.keys(properties).map((name) =>
      Array.isArray(required) && required.includes(name) ? name : `${name}?`,
    );
    return `{ ${names.join(', ')} }`;
  }
  if (isSchema(others)) return `map of ${shapeOf(others)}`;
  return typeof type === 'string' ? type : 'any JSON';
}

/** A Markdown table with aligned columns. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], fill: string): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head, ' '), line([], '-'), ...body.map((row) => line(row, ' '))];
}

function fieldTable(schema: JsonSchema): string[] {
  const { properties, required } = schema;
  const rows = Object.entries(isSchema(properties) ? properties : {}).map(([name, field]) => {
    const optional = Array.isArray(required) && required.includes(name) ? '' : ', optional';
    const { description = '', ...shape } = isSchema(field) ? field : {};
    return [`\`${name}\``, `${shapeOf(shape)}${optional}`, String(description)];
  });
  return rows.length === 0 ? [] : ['', ...table([['field', 'type', 'meaning'], ...rows])];
}

const FAMILY = /^[^.]+/;

/** The contract as a page to read. */
export function eventsMarkdown(): string {
  const lines = [
    '# Events',
    '',
    'Everything that Lineclear knows is an event in one log. The same JSON object is stored, streamed and exported.',
    'This page, `events.schema.json` (JSON Schema) and `asyncapi.json` (AsyncAPI 3) are written by',
    '`node scripts/export-schemas.ts` from the schemas in `src/contract/`.',
    '',
    'To append an event, leave out `sequence`; `id`, `timestamp`, `version`, `tenant_id`, `priority`, `correlation_id`',
    'and `context_refs` have defaults. What does not fit is refused with the name of the field. Secrets of known shapes',
    'are redacted before anything is stored.',
    '',
    '## Envelope',
    ...fieldTable(toJsonSchema(storedEnvelopeSchema, 'draft-2020-12')),
  ];
  let family = '';
  for (const type of eventTypes) {
    const { version, summary, data } = definitionOf(type);
    const own = FAMILY.exec(type)?.[0] ?? type;
    if (own !== family) lines.push('', `## ${own}`);
    family = own;
    lines.push('', `### \`${type}\``, '', version === 1 ? summary : `${summary} Version ${version}.`);
    lines.push(...fieldTable(toJsonSchema(data, 'draft-2020-12')));
  }
  return `${lines.join('\n')}\n`;
}
