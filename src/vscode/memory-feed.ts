import type { App, FileProblem, InstructionFile } from '../app.ts';
import { MEMORY_TYPES, type MemoryState } from '../state/memory.ts';

export interface ShownMemory {
  readonly state: MemoryState;
  /** Files that are left alone, or of which something is left out, with the reason. */
  readonly problems: readonly FileProblem[];
  /** How it stands with the instruction files, while they are kept. */
  readonly instructions: readonly InstructionFile[];
}

interface MemoryFeedDeps {
  readonly onChange: () => void;
  /** What had happened before is known now. */
  readonly onRead: (app: App) => void;
  /** Whether files of the folder may be read: not in Restricted Mode. */
  readonly keepsFiles: () => boolean;
  /** Hears of each file once. */
  readonly onProblems: (problems: readonly FileProblem[]) => void;
  readonly report: (what: string, error: unknown) => void;
}

/** What agents share, as the window's log has it now; and the window's part in keeping it in files. */
export class MemoryFeed {
  readonly #deps: MemoryFeedDeps;
  #app: App | undefined;
  #state: MemoryState | undefined;
  #problems: readonly FileProblem[] = [];
  #instructions: readonly InstructionFile[] = [];

  constructor(deps: MemoryFeedDeps) {
    this.#deps = deps;
  }

  /** Undefined as long as it has not been read. */
  get shown(): ShownMemory | undefined {
    return this.#state && { state: this.#state, problems: this.#problems, instructions: this.#instructions };
  }

  /** Another log, or none; or the folder is trusted now. */
  async begin(app: App | undefined): Promise<void> {
    if (app && this.#deps.keepsFiles()) {
      app.keepMemoryFiles((problems) => this.#heard(app, problems));
      app.keepInstructions(
        (files) => this.#heardInstructions(app, files),
        (error) => this.#deps.report('The instruction files could not be kept', error),
      );
    }
    if (app === this.#app) return;
    this.#app = app;
    this.#state = undefined;
    this.#problems = [];
    this.#instructions = [];
    if (!app) return;
    try {
      const memory = await app.memory();
      if (this.#app === app) this.#deps.onRead(app);
      memory.subscribe(MEMORY_TYPES, () => this.#deps.onChange());
      await memory.refresh();
      if (this.#app === app) this.#state = memory.state;
      this.#deps.onChange();
    } catch (error) {
      if (this.#app === app) this.#deps.report('The memory could not be read', error);
    }
  }

  #heardInstructions(app: App, files: readonly InstructionFile[]): void {
    if (this.#app !== app) return;
    this.#instructions = files;
    this.#deps.onChange();
  }

  #heard(app: App, problems: readonly FileProblem[]): void {
    if (this.#app !== app) return;
    const before = new Set(this.#problems.map((problem) => JSON.stringify(problem)));
    this.#problems = problems;
    this.#deps.onProblems(problems.filter((problem) => !before.has(JSON.stringify(problem))));
    this.#deps.onChange();
  }
}
