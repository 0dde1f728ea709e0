import type { CommentDraft, DecisionView, RevisionView } from './protocol.ts';

export const emptyDraft: CommentDraft = { overall: '', chunks: {} };

/** The comments on chunks that say something, in the order of the chunks. */
export function chunkComments(draft: CommentDraft): { chunk: number; comment: string }[] {
  return Object.entries(draft.chunks)
    .map(([index, comment]) => ({ chunk: Number(index), comment: comment.trim() }))
    .filter(({ comment }) => comment !== '')
    .toSorted((a, b) => a.chunk - b.chunk);
}

export const countComments = (draft: CommentDraft): number =>
  chunkComments(draft).length + (draft.overall.trim() === '' ? 0 : 1);

/** All comments as one text: for decisions that take one comment only. */
export function joinComments(draft: CommentDraft, { chunks }: RevisionView): string {
  const parts = chunkComments(draft).map(
    ({ chunk, comment }) => `Chunk ${chunk + 1}, ${chunks[chunk]?.title ?? ''}: ${comment}`,
  );
  return [draft.overall.trim(), ...parts].filter((part) => part !== '').join('\n\n');
}

/**
 * What is left of a draft after a decision: the comments that were not sent with it. When another person decides, that
 * is all of them.
 */
export function unsentOf(draft: CommentDraft, decision: DecisionView, you: string): CommentDraft {
  if (decision.user_id !== you) return draft;
  const sent = [decision.comment ?? '', ...(decision.chunk_comments ?? []).map(({ comment }) => comment)];
  const isUnsent = (comment: string) =>
    comment.trim() !== '' && !sent.some((text) => text.includes(comment.trim()));
  return {
    overall: isUnsent(draft.overall) ? draft.overall : '',
    chunks: Object.fromEntries(Object.entries(draft.chunks).filter(([, comment]) => isUnsent(comment))),
  };
}
