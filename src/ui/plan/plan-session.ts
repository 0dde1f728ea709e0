import {
  chunkComments,
  countComments,
  emptyDraft,
  joinComments,
  paragraphComments,
  unsentOf,
} from './comment-drafts.ts';
import { type PlacedComments, placeComments } from './earlier-comments.ts';
import { type PlanComparison, comparePlans } from './compare-plans.ts';
import type { PlanIntent } from './intent.ts';
import { type CommentDraft, type PlanPageState, planPageState } from './page-state.ts';
import type { PlanMessage, PlanView, RevisionView } from './protocol.ts';

/** What the page knows: the last snapshot, what the person looks at, and comments that are not sent. No DOM. */
export class PlanSession {
  readonly #taskId: string;
  #view: PlanView | undefined;
  #unavailable: 'opening' | 'missing' = 'opening';
  #removed: string | undefined;
  #drafts: Record<string, CommentDraft> = {};
  #chosen: number | undefined;
  #sending = false;
  /** Whether the person is about to reject, and says why. */
  rejecting = false;
  scroll = 0;

  constructor(taskId: string, saved: unknown) {
    this.#taskId = taskId;
    const state = planPageState.safeParse(saved);
    if (!state.success || state.data.task_id !== taskId) return;
    this.#drafts = state.data.drafts;
    this.#chosen = state.data.shown;
    this.scroll = state.data.scroll;
  }

  get view(): PlanView | undefined {
    return this.#view;
  }

  get unavailable(): 'opening' | 'missing' {
    return this.#unavailable;
  }

  /** Where the events of the task are, if they are not in the log any more. */
  get removed(): string | undefined {
    return this.#removed;
  }

  /** A decision is on its way: nothing more can be decided until it is settled. */
  get sending(): boolean {
    return this.#sending;
  }

  get newest(): RevisionView | undefined {
    return this.#view?.revisions.at(-1);
  }

  get shown(): RevisionView | undefined {
    return this.#view?.revisions.find(({ revision }) => revision === this.#chosen) ?? this.newest;
  }

  /** Whether the shown revision is the one that waits. */
  get waits(): boolean {
    const { view, shown } = this;
    return view?.phase === 'plan_review' && shown?.revision === view.revision;
  }

  get mayDecide(): boolean {
    return this.waits && this.#view?.trusted === true;
  }

  get draft(): CommentDraft {
    return this.draftOf(this.shown?.revision);
  }

  draftOf(revision: number | undefined): CommentDraft {
    return this.#drafts[String(revision)] ?? emptyDraft;
  }

  /** Against the revision before the shown one. */
  get comparison(): PlanComparison | undefined {
    const { shown } = this;
    const at = this.#view?.revisions.findIndex(({ revision }) => revision === shown?.revision) ?? -1;
    const before = this.#view?.revisions[at - 1];
    return shown && before && comparePlans(before, shown);
  }

  receive(message: PlanMessage): void {
    switch (message.type) {
      case 'removed':
        this.#view = undefined;
        this.#removed = message.text;
        return;
      case 'unavailable':
        this.#view = undefined;
        this.#unavailable = message.reason;
        return;
      case 'settled':
        this.#sending = false;
        return;
      case 'snapshot':
        this.#takeSnapshot(message.view);
    }
  }

  #takeSnapshot(view: PlanView): void {
    const before = this.shown?.revision;
    const isNewer = this.newest !== undefined && this.newest.revision !== view.revisions.at(-1)?.revision;
    this.#view = view;
    for (const { revision, decision } of view.revisions) {
      const draft = this.#drafts[String(revision)];
      if (draft && decision) this.#keep(revision, unsentOf(draft, decision, view.you));
    }
    // Who is writing stays at the revision that the comments are about; everybody else sees the new one.
    if (isNewer) this.#chosen = countComments(this.draftOf(before)) > 0 ? before : undefined;
    if (!this.waits) {
      this.rejecting = false;
      this.#sending = false;
    }
  }

  show(revision: number): void {
    this.#chosen = revision === this.newest?.revision ? undefined : revision;
    this.rejecting = false;
  }

  write(change: Partial<CommentDraft>): void {
    if (this.shown) this.#keep(this.shown.revision, { ...this.draft, ...change });
  }

  writeChunk(index: number, comment: string): void {
    this.write({ chunks: { ...this.draft.chunks, [index]: comment } });
  }

  writeParagraph(quote: string, comment: string): void {
    this.write({ paragraphs: { ...this.draft.paragraphs, [quote]: comment } });
  }

  /** Comments on earlier revisions, at the parts of the shown one that they are about. */
  placedIn(quotes: readonly string[]): PlacedComments | undefined {
    const { shown } = this;
    return (
      shown && placeComments(this.#view?.revisions ?? [], shown, quotes, (number) => this.draftOf(number))
    );
  }

  discardDraft(): void {
    if (this.shown) this.#keep(this.shown.revision, emptyDraft);
  }

  #keep(revision: number, draft: CommentDraft): void {
    const { [String(revision)]: _, ...others } = this.#drafts;
    this.#drafts = countComments(draft) > 0 ? { ...others, [revision]: draft } : others;
  }

  /** What to ask for, or nothing when it cannot be asked for now. The drafts stay until the decision is there. */
  decide(verdict: 'approve' | 'request_changes' | 'reject'): PlanIntent | undefined {
    const { shown, draft } = this;
    if (!shown || !this.mayDecide || this.#sending) return undefined;
    const { revision } = shown;
    if (verdict !== 'approve' && countComments(draft) === 0) return undefined;
    this.#sending = true;
    if (verdict === 'request_changes') {
      return {
        type: verdict,
        revision,
        comment: draft.overall.trim(),
        chunk_comments: chunkComments(draft),
        paragraph_comments: paragraphComments(draft),
      };
    }
    const comment = joinComments(draft, shown);
    return verdict === 'reject'
      ? { type: verdict, revision, comment }
      : { type: verdict, revision, comment: comment === '' ? undefined : comment };
  }

  state(): PlanPageState {
    return { task_id: this.#taskId, drafts: this.#drafts, shown: this.#chosen, scroll: this.scroll };
  }
}
