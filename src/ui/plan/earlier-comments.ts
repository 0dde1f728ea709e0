import * as l10n from '@vscode/l10n';
import type { CommentDraft } from './page-state.ts';
import type { RevisionView } from './protocol.ts';

/** A comment that a person made on an earlier revision. */
export interface EarlierComment {
  readonly revision: number;
  /** What it was about, in the words of that revision. */
  readonly about: string;
  readonly comment: string;
  /** Who sent it and when; undefined: it was written here and not sent. */
  readonly sent?: { readonly user_id: string; readonly at: string } | undefined;
}

/** Earlier comments at the parts of a later revision that they are about. */
export interface PlacedComments {
  /** By index of the chunk. */
  readonly chunks: ReadonlyMap<number, readonly EarlierComment[]>;
  /** By the quote of the paragraph. */
  readonly paragraphs: ReadonlyMap<string, readonly EarlierComment[]>;
  /** About parts that are no longer there. */
  readonly gone: readonly EarlierComment[];
}

/** Parts that share fewer of their words are others. */
const ALIKE = 0.5;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? [];

/** How much two texts have in common, 0 to 1: the share of their words that are in both (Dice's coefficient). */
function similarity(one: string, other: string): number {
  if (one === other) return 1;
  const [left, right] = [wordsOf(one), wordsOf(other)];
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    common += 1;
  }
  return left.length + right.length === 0 ? 0 : (2 * common) / (left.length + right.length);
}

/** The index of the part that is most like the text; undefined when none is. */
function mostAlike(text: string, parts: readonly string[]): number | undefined {
  let best: { readonly index: number; readonly score: number } | undefined;
  for (const [index, part] of parts.entries()) {
    const score = similarity(text, part);
    if (score >= ALIKE && score > (best?.score ?? 0)) best = { index, score };
  }
  return best?.index;
}

function push<K>(map: Map<K, EarlierComment[]>, key: K, comment: EarlierComment): void {
  const list = map.get(key) ?? [];
  map.set(key, list);
  list.push(comment);
}

/**
 * Where the comments of the revisions before `shown` belong in it, of which `quotes` are the paragraphs. Sent ones come
 * from the decisions, unsent ones from the drafts that this window keeps.
 */
export function placeComments(
  revisions: readonly RevisionView[],
  shown: RevisionView,
  quotes: readonly string[],
  draftOf: (revision: number) => CommentDraft,
): PlacedComments {
  const chunks = new Map<number, EarlierComment[]>();
  const paragraphs = new Map<string, EarlierComment[]>();
  const gone: EarlierComment[] = [];
  const titles = shown.chunks.map(({ title }) => title);
  for (const { revision, decision, chunks: older } of revisions) {
    if (revision >= shown.revision) continue;
    const draft = draftOf(revision);
    const sent = decision && { user_id: decision.user_id, at: decision.at };
    const onChunks = [
      ...(decision?.chunk_comments ?? []).map((said) => ({ ...said, sent })),
      ...Object.entries(draft.chunks).map(([chunk, comment]) => ({
        chunk: Number(chunk),
        comment,
        sent: undefined,
      })),
    ];
    for (const { chunk, comment, sent: by } of onChunks) {
      const about = older[chunk]?.title ?? l10n.t('Chunk {0}', chunk + 1);
      const index = mostAlike(about, titles);
      const placed = { revision, about, comment, sent: by };
      if (index === undefined) gone.push(placed);
      else push(chunks, index, placed);
    }
    const onParagraphs = [
      ...(decision?.paragraph_comments ?? []).map((said) => ({ ...said, sent })),
      ...Object.entries(draft.paragraphs).map(([quote, comment]) => ({ quote, comment, sent: undefined })),
    ];
    for (const { quote, comment, sent: by } of onParagraphs) {
      const match = quotes[mostAlike(quote, quotes) ?? -1];
      const placed = { revision, about: quote, comment, sent: by };
      if (match === undefined) gone.push(placed);
      else push(paragraphs, match, placed);
    }
  }
  return { chunks, paragraphs, gone };
}
