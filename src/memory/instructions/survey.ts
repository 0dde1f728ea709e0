import fs from 'node:fs';
import path from 'node:path';
import { type FoundFile, type Look, lookAtInstructions } from './instruction-file.ts';
import type { InstructionFile, InstructionState } from './instruction-state.ts';
import type { KeptFile } from './kept-state.ts';
import type { KnownParts } from './known-parts.ts';
import { type Section, cutFile, markOf, putSection, readSection } from './section.ts';

/** What the files are to say now. */
export interface Wanted {
  readonly section: string;
  /** The notes in it, with the marks of their texts. */
  readonly notes: KeptFile['notes'];
}

/** A file as it was looked at. */
export interface Surveyed extends InstructionFile {
  readonly look: Look;
}

interface SurveyOptions {
  readonly root: string;
  readonly paths: readonly string[];
  /** Whether a person named it, so that it is told that it is not there. */
  readonly isNamed: (file: string) => boolean;
  readonly known: KnownParts;
  readonly kept: ReadonlyMap<string, KeptFile>;
}

export const READONLY = { kind: 'read-only' } as const;
const SAME: InstructionState = { kind: 'same' };

/** How it stands with each file; one that nobody expects is left out. */
export async function surveyFiles(options: SurveyOptions, wanted: Wanted): Promise<Surveyed[]> {
  const { root, paths } = options;
  const realRoot = fs.realpathSync(root);
  const looks = new Map(paths.map((file) => [file, lookAtInstructions(root, file)]));
  const files: Surveyed[] = [];
  for (const [file, look] of looks) {
    const main = look.kind === 'file' ? mainOf(realRoot, looks, look.target) : file;
    const state: InstructionState | undefined =
      main === file ? await judge(file, look, wanted, options) : { kind: 'link', to: main };
    if (state) files.push({ path: file, look, state });
  }
  return files;
}

/** Of several that are one file, the one that is no link, else the first. */
function mainOf(realRoot: string, looks: ReadonlyMap<string, Look>, target: string): string {
  const same = [...looks].flatMap(([file, look]) =>
    look.kind === 'file' && look.target === target ? [file] : [],
  );
  return same.find((file) => path.join(realRoot, file) === target) ?? same[0] ?? target;
}

async function judge(
  file: string,
  look: Look,
  { section, notes }: Wanted,
  { isNamed, known, kept: all }: SurveyOptions,
): Promise<InstructionState | undefined> {
  const kept = all.get(file);
  if (look.kind === 'problem') return look;
  if (look.kind === 'gone') {
    if (kept && !kept.is_left_out) return { kind: 'deleted' };
    return isNamed(file) ? { kind: 'missing' } : undefined;
  }
  const cut = cutFile(look.text);
  if (cut.kind === 'broken') return { kind: 'problem', reason: cut.reason, line: cut.line };
  if (cut.kind === 'none') {
    if (kept?.is_left_out) return { kind: 'left out' };
    if (kept && !kept.pending) return { kind: 'removed' };
    return Object.keys(notes).length === 0 ? SAME : dueOrReadonly(look);
  }
  const want = cutFile(section);
  const isSame = want.kind === 'section' && want.section.inner === cut.section.inner;
  if (isSame && cut.section.isAsWritten && putSection(look.text, section) === look.text) return SAME;
  return isSame || (await isOurs(cut.section, kept, known)) ? dueOrReadonly(look) : { kind: 'edited' };
}

const dueOrReadonly = ({ isReadonly }: FoundFile): InstructionState =>
  isReadonly ? { kind: 'problem', reason: READONLY } : { kind: 'due' };

/** Whether a section says nothing that is not in the notes or their history. */
async function isOurs(section: Section, kept: KeptFile | undefined, known: KnownParts): Promise<boolean> {
  const read = readSection(section);
  if ('message' in read || read.lead !== '') return false;
  const names = read.parts.map(({ name }) => name);
  const isWhole = kept && Object.keys(kept.notes).every((name) => names.includes(name));
  if (!section.isAsWritten && !isWhole) return false;
  for (const { name, mark, text } of read.parts)
    if (markOf(text) !== mark || !(await known.origin(section.domain, name, mark))) return false;
  return true;
}
