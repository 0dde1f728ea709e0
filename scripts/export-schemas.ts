// node scripts/export-schemas.ts: writes the event contract into docs/. A test holds the files equal to the code.
import fs from 'node:fs';
import path from 'node:path';
import { VERSION } from '../src/app-info.ts';
import { asyncApi, eventsJsonSchema, eventsMarkdown } from '../src/contract/export-schemas.ts';

const json = (value: unknown): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Content of each file, by its path in the repository. */
export const exportedFiles = (): Readonly<Record<string, string>> => ({
  'docs/events.md': eventsMarkdown(),
  'docs/events.schema.json': json(eventsJsonSchema()),
  'docs/asyncapi.json': json(asyncApi(VERSION)),
});

if (import.meta.main) {
  for (const [file, content] of Object.entries(exportedFiles()))
    fs.writeFileSync(path.join(import.meta.dirname, '..', file), content);
}
