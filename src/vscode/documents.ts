import type * as vscode from 'vscode';
import type { App } from '../app.ts';
import { DeadLetterDocuments } from './dead-letter-documents.ts';
import { EventsDocuments } from './events-documents.ts';
import { InstructionDocuments } from './instruction-documents.ts';
import { KeptContents } from './kept-contents.ts';
import { NoteMerges } from './note-merges.ts';
import { PlanDocuments } from './plan-documents.ts';
import type { LetterPlace, Screen } from './screen.ts';
import { TaskChangesDocuments } from './task-changes.ts';

interface DocumentsDeps {
  readonly app: () => App | undefined;
  readonly onLetterSaved: (letter: LetterPlace) => void;
  /** The note of that title has one version again. */
  readonly onMerged: (title: string) => void;
}

/** What editors show that is no file, and how it is opened. */
export function createDocuments({ app, onLetterSaved, onMerged }: DocumentsDeps) {
  const events = new EventsDocuments(app);
  const letters = new DeadLetterDocuments(app, onLetterSaved);
  const taskChanges = new TaskChangesDocuments(app);
  const merges = new NoteMerges(app, onMerged);
  const contents = new KeptContents(app);
  const instructions = new InstructionDocuments(app);
  const plans = new PlanDocuments(app);
  const all: readonly vscode.Disposable[] = [
    events,
    letters,
    taskChanges,
    merges,
    contents,
    instructions,
    plans,
  ];
  return {
    all,
    openEventAt: (sequence: number) => events.openAt(sequence),
    worldChanged() {
      events.worldChanged();
      letters.worldChanged();
    },
    memoryChanged() {
      instructions.worldChanged();
      merges.memoryChanged();
    },
    opens: {
      comparePlans: (compared) => plans.compare(compared),
      openChange: (change) => contents.openChange(change),
      openMerge: (noteId) => merges.open(noteId),
      acceptMerge: (noteId) => merges.accept(noteId),
      openTaskChanges: (taskId) => taskChanges.show(taskId),
      previewInstructions: (paths) => instructions.preview(paths),
      openInstructionChange: (file, exists) => instructions.show(file, exists),
      openEvents: (query) => events.open(query),
      openDeadLetter: (letter) => letters.open(letter),
      editDeadLetter: (letter) => letters.edit(letter),
    } satisfies Partial<Screen>,
  };
}
