import type { CommentDraft } from './page-state.ts';
import type { DecisionView, RevisionView } from './protocol.ts';

export const emptyDraft: CommentDraft = { overall: '', chunks: {}, paragraphs: {} };

/** The comments on chunks that say something, in the order of the chunks. */
export function chunkComments(draft: CommentDraft): { chunk: number; comment: string }[] {
  return Object.entries(draft.chunks)
    .map(([index, comment]) => ({ chunk: Number(index), comment: comment.trim() }))
    .filter(({ comment }) => comment !== '')
    .toSorted((a, b) => a.chunk - b.chunk);
}

/** The comments on paragraphs that say something. */
export const paragraphComments = (draft: CommentDraft): { quote: string; comment: string }[] =>
  Object.entries(draft.paragraphs)
    .map(([quote, comment]) => ({ quote, comment: comment.trim() }))
    .filter(({ comment }) => comment !== '');

export const countComments = (draft: CommentDraft): number =>
  chunkComments(draft).length + paragraphComments(draft).length + (draft.overall.trim() === '' ? 0 : 1);

/** All comments as one text: for decisions that take one comment only. */
export function joinComments(draft: CommentDraft, { chunks }: RevisionView): string {
  const parts = [
    ...paragraphComments(draft).map(({ quote, comment }) => `On “${quote}”: ${comment}`),
    ...chunkComments(draft).map(
      ({ chunk, comment }) => `Chunk ${chunk + 1}, ${chunks[chunk]?.title ?? ''}: ${comment}`,
    ),
  ];
  return [draft.overall.trim(), ...parts].filter((part) => part !== '').join('\n\n');
}

/**
 * What is left of a draft after a decision: the comments that were not sent with it. When another person decides, that
 * is all of them.
 */
export function unsentOf(draft: CommentDraft, decision: DecisionView, you: string): CommentDraft {
  if (decision.user_id !== you) return draft;
  const sent = [
    decision.comment ?? '',
    ...[...(decision.chunk_comments ?? []), ...(decision.paragraph_comments ?? [])].map(
      ({ comment }) => comment,
    ),
  ];
  const isUnsent = (comment: string) =>
    comment.trim() !== '' && !sent.some((text) => text.includes(comment.trim()));
  const unsent = (comments: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(comments).filter(([, comment]) => isUnsent(comment)));
  return {
    overall: isUnsent(draft.overall) ? draft.overall : '',
    chunks: unsent(draft.chunks),
    paragraphs: unsent(draft.paragraphs),
  };
}
