import fs from 'node:fs';
import * as z from 'zod';
import { messageOf } from '../../contract/errors.ts';
import { firstIssue } from '../../contract/issue.ts';
import { derivedEventId } from '../../log/event-id.ts';
import { patchBetween } from '../../state/contexts.ts';
import { type FileReason, reasonWords } from '../../state/file-reason.ts';
import type { Author } from '../author.ts';
import { ReasonedError, reasonOf } from '../left-alone.ts';
import type { Memory } from '../memory.ts';
import { hashOf } from '../text-cache.ts';
import type { FileProblem } from './note-file.ts';

const valuesSchema = z.record(z.string(), z.json());
/** All else in the file is told, not asked. */
const fileSchema = z.looseObject({ agents: z.record(z.string().min(1), valuesSchema) });

const baseSchema = z.object({
  /** Of the text that was written. */
  hash: z.string(),
  agents: z.record(z.string(), z.object({ event_id: z.string(), values: valuesSchema })),
});
/** What was written last, and what was to be written next: one of both is there after a crash. */
const stateSchema = z.array(baseSchema).max(2);
type Base = z.infer<typeof baseSchema>;

const MAX_BYTES = 2_000_000;
const NO_EVENT = '00000000-0000-7000-8000-000000000000';

export interface ContextSyncOptions {
  readonly memory: Memory;
  /** `context.json` */
  readonly file: string;
  /** Where it is kept what was written last. */
  readonly stateFile: string;
  readonly author: Author;
}

/** Keeps the contexts of all agents in a file: what a person changes under `agents` becomes a change of that context. */
export class ContextSync {
  readonly #options: ContextSyncOptions;
  #written: readonly Base[];
  problem: FileProblem | undefined;

  constructor(options: ContextSyncOptions) {
    this.#options = options;
    this.#written = readState(options.stateFile);
  }

  async pass(): Promise<void> {
    const { memory, file } = this.#options;
    const found = this.#read();
    if (found === 'problem') return;
    await memory.refresh();
    const base = this.#written.find(({ hash }) => found !== undefined && hash === hashOf(found.text));
    if (found && !base) await this.#takeOver(found.agents, this.#written.at(-1)?.agents ?? {});
    const text = `${JSON.stringify(await memory.getUnifiedContext(), undefined, 2)}\n`;
    if (text === found?.text && base) return;
    const agents = [...memory.state.contexts.values()].map(({ agent_id, event_id }) => {
      const values = unifiedValues(text, agent_id);
      return [agent_id, { event_id, values }] as const;
    });
    // Said before it is done, so that after a crash it is not taken for the person's.
    const next = { hash: hashOf(text), agents: Object.fromEntries(agents) };
    this.#store([...this.#written.slice(-1), next]);
    if (this.#text() !== found?.text) return;
    writeWhole(file, text);
    this.#store([next]);
  }

  async #takeOver(agents: z.infer<typeof fileSchema>['agents'], base: Base['agents']): Promise<void> {
    const { memory, author } = this.#options;
    for (const agentId of new Set([...Object.keys(base), ...Object.keys(agents)])) {
      const known = Object.hasOwn(base, agentId) ? base[agentId] : undefined;
      const patch = patchBetween(known?.values ?? {}, agents[agentId] ?? {});
      if (Object.keys(patch).length === 0) continue;
      const id = derivedEventId(
        known?.event_id ?? NO_EVENT,
        `context of ${agentId} ${JSON.stringify(patch)}`,
      );
      await memory.updateAgentContext({ agentId, patch, base: known?.event_id, id }, author);
    }
  }

  #text(): string | undefined {
    const stat = fs.lstatSync(this.#options.file, { throwIfNoEntry: false });
    if (!stat) return undefined;
    if (!stat.isFile()) throw refused({ kind: 'no file' });
    if (stat.size > MAX_BYTES) throw refused({ kind: 'too large', limit: MAX_BYTES / 1000 });
    return fs.readFileSync(this.#options.file, 'utf8');
  }

  #read(): { text: string; agents: z.infer<typeof fileSchema>['agents'] } | 'problem' | undefined {
    try {
      const text = this.#text();
      this.problem = undefined;
      if (text === undefined) return undefined;
      const result = fileSchema.safeParse(parseJson(text));
      if (result.success) return { text, agents: result.data.agents };
      const { field, text: detail } = firstIssue(result.error);
      this.problem = { path: 'context.json', reason: { kind: 'field', field, detail } };
    } catch (error) {
      this.problem = { path: 'context.json', ...reasonOf(error) };
    }
    return 'problem';
  }

  #store(written: readonly Base[]): void {
    this.#written = written;
    writeWhole(this.#options.stateFile, JSON.stringify(written));
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = messageOf(error);
    throw new ReasonedError('invalid_input', detail, {
      reason: { kind: 'json', detail },
      line: lineIn(detail),
    });
  }
}

/** Where V8 says it. */
function lineIn(message: string): number | undefined {
  const [, line] = /\(line (\d+) column/.exec(message) ?? [];
  return line === undefined ? undefined : Number(line);
}

const refused = (reason: FileReason) => new ReasonedError('invalid_input', reasonWords(reason), { reason });

const unifiedValues = (text: string, agentId: string) =>
  fileSchema.parse(JSON.parse(text)).agents[agentId] ?? {};

function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  fs.writeFileSync(draft, text);
  fs.renameSync(draft, file);
}

function readState(file: string): readonly Base[] {
  try {
    return stateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch {
    // Not there, or of no use: then what the file says counts as the person's.
    return [];
  }
}
