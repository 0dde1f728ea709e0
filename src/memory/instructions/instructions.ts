import path from 'node:path';
import { LineclearError } from '../../contract/errors.ts';
import type { BlobStore, EventLog } from '../../log/log.ts';
import { type FileReason, reasonWords } from '../../state/file-reason.ts';
import type { Author } from '../author.ts';
import { reasonOf } from '../left-alone.ts';
import type { Memory } from '../memory.ts';
import { FileWriter } from './file-writer.ts';
import { type Look, lookAtInstructions } from './instruction-file.ts';
import { type InstructionFile, type InstructionState, KNOWN_FILES, isDrift } from './instruction-state.ts';
import { KeptState } from './kept-state.ts';
import { KnownParts, partsOf } from './known-parts.ts';
import { patchOf } from './patch.ts';
import { type Section, composeSection, cutFile, markOf, putSection } from './section.ts';
import { READONLY, type Surveyed, type Wanted, surveyFiles } from './survey.ts';
import { type TakenChange, planTakeOver, takeOver } from './take-over.ts';

interface InstructionSettings {
  /** The notes of this domain are kept in the files. */
  readonly domain: string;
  /** In the workspace, with `/`; undefined: those of {@link KNOWN_FILES} that exist. */
  readonly files: readonly string[] | undefined;
}

export interface InstructionsOptions {
  readonly memory: Memory;
  readonly log: EventLog;
  readonly blobs: BlobStore;
  readonly root: string;
  readonly settings: () => InstructionSettings;
  /** Called before each step that changes something: a test ends the process there. */
  readonly beforeStep?: () => void;
}

export interface InstructionComparison {
  readonly now: string;
  readonly wanted: string;
  /** From what it is to what it would be, as a unified diff. */
  readonly patch: string;
  /** The other way round: what somebody made of the section. */
  readonly reverse: string;
}

/** How often a file is looked at again because somebody else was faster. */
const MAX_TRIES = 8;

/**
 * One section of the instruction files of agents, kept the same in all of them from the notes of a domain. What is outside of
 * the section is never touched; what somebody makes of the section is left alone until a person takes it over or undoes it.
 */
export class Instructions {
  readonly #options: InstructionsOptions;
  readonly #kept: KeptState;
  readonly #known: KnownParts;
  readonly #writer: FileWriter;

  constructor(options: InstructionsOptions) {
    const { root, log, blobs, memory, beforeStep = () => undefined } = options;
    this.#options = options;
    this.#kept = new KeptState(path.join(root, this.stateFile));
    this.#known = new KnownParts(memory);
    this.#writer = new FileWriter({ log, blobs, root, kept: this.#kept, beforeStep });
  }

  /** Where it is remembered which files had the section, as a path in the workspace. */
  readonly stateFile = '.lineclear/instructions.sync.json';

  /** The files that count, whether or not they exist. */
  get paths(): readonly string[] {
    return [...new Set(this.#options.settings().files ?? KNOWN_FILES)];
  }

  /** How it stands with each file. Writes nothing. */
  async look(): Promise<InstructionFile[]> {
    return (await this.#survey(await this.#wanted())).map(({ path: file, state }) => ({ path: file, state }));
  }

  /** Brings all files up to date that nobody has to decide about. Returns how it stands with each then. */
  async pass(author: Author): Promise<InstructionFile[]> {
    await this.#writer.recover(author);
    const problems = new Map<string, InstructionState>();
    for (let tries = 0; ; tries += 1) {
      const wanted = await this.#wanted();
      const files = await this.#survey(wanted);
      this.#remember(files, wanted);
      const due = files.filter((file) => file.state.kind === 'due' && !problems.has(file.path));
      if (due.length === 0 || tries === MAX_TRIES)
        return files.map(({ path: file, state }) => ({ path: file, state: problems.get(file) ?? state }));
      for (const file of due) {
        try {
          await this.#write(file, wanted, author);
        } catch (error) {
          if (!isOfDisk(error)) throw error;
          problems.set(file.path, { kind: 'problem', ...reasonOf(error) });
        }
      }
    }
  }

  /** What a file is and what it would be with the section that the notes make. Throws `invalid_note`, `invalid_input`. */
  async compare(file: string): Promise<InstructionComparison> {
    if (!this.paths.includes(file))
      throw new LineclearError('invalid_input', `${file} is no instruction file.`, { field: 'file' });
    const { section } = await this.#wanted();
    const look = lookAtInstructions(this.#options.root, file);
    if (look.kind === 'problem') throw this.#problem(file, look.reason);
    const now = look.kind === 'file' ? look.text : '';
    const cut = cutFile(now);
    if (cut.kind === 'broken') throw this.#problem(file, cut.reason, cut.line);
    const wanted = putSection(now, section);
    return { now, wanted, patch: patchOf(now, wanted), reverse: patchOf(wanted, now) };
  }

  /** What taking over would do to the notes. Throws as {@link takeOver}. */
  async plan(file: string): Promise<TakenChange[]> {
    const { state, look } = await this.#drifted(file);
    if (state.kind !== 'edited') return [];
    const steps = await planTakeOver(sectionOf(look), this.#takeOverOptions(file));
    return steps.map(({ change, title }) => ({ change, title }));
  }

  /**
   * Takes over what somebody made of a file: the section becomes the notes; one that is gone, or whose file is, stays so.
   * Throws `not_waiting`, `invalid_note` with the place of what can be mapped to no note, and `note_changed`.
   */
  async takeOver(file: string, author: Author): Promise<TakenChange[]> {
    const { state, look, path: name } = await this.#drifted(file);
    if (state.kind === 'deleted') this.#kept.set(name, undefined);
    if (state.kind === 'removed') this.#kept.set(name, { notes: {}, is_left_out: true });
    if (state.kind !== 'edited') return [];
    const options = this.#takeOverOptions(name);
    const steps = await planTakeOver(sectionOf(look), options);
    const done = await takeOver(steps, options, author);
    await this.#writeOrThrow({ path: name, state, look }, author);
    return done;
  }

  /** Gives a file the section as the notes say, whatever it has now; one that is gone is made. Throws as {@link takeOver}. */
  async undo(file: string, author: Author): Promise<void> {
    await this.#writeOrThrow(await this.#drifted(file, ['left out', 'missing']), author);
  }

  #takeOverOptions(file: string) {
    const { memory, settings } = this.#options;
    const written = this.#kept.all().get(file)?.notes ?? {};
    return { memory, known: this.#known, domain: settings().domain, path: file, written };
  }

  async #drifted(file: string, also: readonly InstructionState['kind'][] = []): Promise<Surveyed> {
    const found = (await this.#survey(await this.#wanted())).find((one) => one.path === file);
    if (found?.state.kind === 'problem') throw this.#problem(file, found.state.reason, found.state.line);
    if (found && (isDrift(found) || also.includes(found.state.kind))) return found;
    throw new LineclearError('not_waiting', `Nothing has to be decided about ${file}.`, { field: 'file' });
  }

  #problem(file: string, reason: FileReason, line?: number): LineclearError {
    const where = line === undefined ? file : `${file}:${line}`;
    return new LineclearError('invalid_note', `${where} ${reasonWords(reason)}.`, { place: { file, line } });
  }

  async #wanted(): Promise<Wanted> {
    const { memory, settings } = this.#options;
    await memory.refresh();
    const { domain } = settings();
    const parts = await partsOf(memory, domain);
    const notes = Object.fromEntries(parts.map(({ name, text }) => [name, markOf(text)]));
    return { section: composeSection(domain, parts), notes };
  }

  #survey(wanted: Wanted): Promise<Surveyed[]> {
    const { root, settings } = this.#options;
    const { paths } = this;
    const isNamed = (file: string) => settings().files?.includes(file) ?? false;
    return surveyFiles({ root, paths, isNamed, known: this.#known, kept: this.#kept.all() }, wanted);
  }

  /** Which files have the section, so that it is noticed when it goes. */
  #remember(files: readonly Surveyed[], { notes }: Wanted): void {
    const all = this.#kept.all();
    for (const { path: file, state, look } of files) {
      const kept = all.get(file);
      if (state.kind !== 'same' || look.kind !== 'file' || cutFile(look.text).kind !== 'section') continue;
      const isKnown = kept && !kept.is_left_out && JSON.stringify(kept.notes) === JSON.stringify(notes);
      if (!isKnown) this.#kept.set(file, { notes });
    }
  }

  async #write({ path: file, look }: Surveyed, { section, notes }: Wanted, author: Author): Promise<boolean> {
    if (look.kind === 'problem') throw this.#problem(file, look.reason);
    const found = look.kind === 'file' ? look : undefined;
    return await this.#writer.write(
      { path: file, found, text: putSection(found?.text ?? '', section), notes },
      author,
    );
  }

  async #writeOrThrow(file: Surveyed, author: Author): Promise<void> {
    if (file.look.kind === 'file' && file.look.isReadonly) throw this.#problem(file.path, READONLY);
    if (await this.#write(file, await this.#wanted(), author)) return;
    throw new LineclearError('note_changed', `${file.path} was changed just now.`);
  }
}

function sectionOf(look: Look): Section {
  const cut = look.kind === 'file' ? cutFile(look.text) : undefined;
  if (cut?.kind === 'section') return cut.section;
  throw new LineclearError('note_changed', 'The section was changed just now.');
}

const isOfDisk = (error: unknown): boolean =>
  error instanceof Error &&
  ('syscall' in error || (error instanceof LineclearError && error.code === 'invalid_input'));
