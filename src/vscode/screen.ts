import type { EventData } from '../contract/catalog.ts';
import type { CommandId } from './commands.ts';
import type { Target } from './target.ts';

/** A line of a quick pick. Texts from outside are made inert by the one that draws it. */
export interface Choice<T> {
  readonly label: string;
  readonly description?: string | undefined;
  readonly detail?: string | undefined;
  /** A codicon's id. */
  readonly icon?: string | undefined;
  readonly value: T;
  /** Small buttons at the end of the line: another value at once. */
  readonly buttons?: readonly { readonly icon: string; readonly tooltip: string; readonly value: T }[];
}

export interface Question {
  readonly title: string;
  readonly placeholder: string;
  /** Whether it is still there when the person has looked at something else. */
  readonly stays?: boolean;
}

/** Commands of VS Code itself that our buttons run. */
export type BuiltInCommand =
  | 'workbench.action.files.openFolder'
  | 'workbench.action.reloadWindow'
  | 'workbench.action.terminal.new'
  | 'workbench.trust.manage';

/** A button of a notification: runs a command. */
export interface NoticeAction {
  readonly title: string;
  readonly command: CommandId | BuiltInCommand;
  readonly target?: Target | undefined;
}

export interface Notice {
  readonly severity: 'information' | 'warning' | 'error';
  readonly message: string;
  readonly actions: readonly NoticeAction[];
}

export interface EventsQuery {
  readonly task_id?: string | undefined;
  /** One event only. */
  readonly sequence?: number | undefined;
  /** From an archive, by the name of its file. */
  readonly archive?: string | undefined;
  readonly format: 'lines' | 'json';
  /** What the editor's tab says. */
  readonly title: string;
}

/** Both sides of a change of a file, by their references; a side without one is empty. */
export interface ShownChange {
  readonly path: string;
  readonly before: EventData<'file.modified'>['before_ref'];
  readonly after: EventData<'file.modified'>['after_ref'];
  readonly title: string;
}

/** Which dead letter. */
export interface LetterPlace {
  readonly group: string;
  /** Of its event. */
  readonly sequence: number;
}

/** Two revisions of one plan. */
export interface ComparedPlans {
  readonly task_id: string;
  readonly before: number;
  readonly after: number;
  readonly title: string;
}

/** What commands need of VS Code: so that they are tested without it. Undefined and false mean that the person left. */
export interface Screen {
  pick<T>(choices: readonly Choice<T>[], question: Question): Promise<T | undefined>;
  /** One of the choices, or words of the person's own. */
  pickOrType(
    choices: readonly Choice<string>[],
    /** `typed` labels what the person has typed. */
    question: Question & { readonly typed: (words: string) => string },
  ): Promise<string | undefined>;
  /** Words that are not blank. */
  input(question: Question & { readonly prompt: string }): Promise<string | undefined>;
  /** A word that is not shown while it is typed. */
  secret(question: Question & { readonly prompt: string }): Promise<string | undefined>;
  /** Asks before something is done that cannot be taken back or must fail: which of the answers. `detail` may have lines. */
  confirm<T extends string>(question: string, detail: string, answers: readonly T[]): Promise<T | undefined>;
  /** Does not wait for an answer. */
  notify(notice: Notice): void;
  /** Says something for some seconds in the status bar. */
  flash(message: string): void;
  /** Work that takes a while and can be cancelled. */
  busy<T>(
    title: string,
    work: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
  ): Promise<T>;
  /** Where to save: an absolute path. */
  saveAs(proposed: string): Promise<string | undefined>;

  openPlan(taskId: string): void;
  openCommandCenter(): void;
  /** Goes to the view of the sidebar. */
  showDeadLetters(): Promise<void>;
  /** A dead letter with every attempt, to be read. */
  openDeadLetter(letter: LetterPlace): Promise<void>;
  /** The data of a dead letter, to be edited; saving keeps it for the next replay. */
  editDeadLetter(letter: LetterPlace): Promise<void>;
  comparePlans(plans: ComparedPlans): Promise<void>;
  /** What an agent prints, followed live. */
  openOutput(agentId: string): void;
  /** `folder`: where a relative path begins, if not in the workspace's first folder. */
  openFile(path: string, folder?: string): Promise<void>;
  openChange(change: ShownChange): Promise<void>;
  /** Two versions of a note as one text to be edited; throws when it has one only. */
  openMerge(noteId: string): Promise<void>;
  /** Takes what the editor of {@link openMerge} says. */
  acceptMerge(noteId: string): Promise<void>;
  /** What a task did in its worktree. Throws when there is nothing to show. */
  openTaskChanges(taskId: string): Promise<void>;
  /** What would be written into instruction files, before it is. */
  previewInstructions(paths: readonly string[]): Promise<void>;
  /** What somebody made of an instruction file. */
  openInstructionChange(path: string, exists: boolean): Promise<void>;
  openEvents(query: EventsQuery): Promise<void>;
  openConfiguration(): Promise<void>;
  openWalkthrough(): Promise<void>;
  showOutput(): void;
}
