import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { estimate } from '../../state/wording.ts';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { commentField } from '../comment-field.ts';
import type { ChunkMark } from './compare-plans.ts';
import type { PlacedComments } from './earlier-comments.ts';
import type { PlanActions } from './plan-actions.ts';
import type { PlanSession } from './plan-session.ts';
import { chunkStatusOf, personOf } from './plan-status.ts';
import { markdownBlock } from './plan-text.ts';
import { saidBefore } from './said-before.ts';
import type { ChunkView, LiveChunkView, PlanView, RevisionView } from './protocol.ts';

interface ChunkList {
  readonly session: PlanSession;
  readonly view: PlanView;
  readonly shown: RevisionView;
  readonly earlier: PlacedComments | undefined;
  readonly now: number;
  /** Chunks whose comment field was revealed. */
  readonly revealed: ReadonlySet<number>;
  readonly actions: PlanActions;
}

const markWords: Readonly<Record<ChunkMark, string>> = {
  same: l10n.t('same'),
  changed: l10n.t('changed'),
  added: l10n.t('added'),
};

export const commentFieldId = (chunk: number): string => `comment-${chunk}`;
export const commentButtonId = (chunk: number): string => `comment-on-${chunk}`;

export function chunkList(list: ChunkList): TemplateResult {
  const { session, view, shown } = list;
  const isCarriedOut = shown.revision === view.revision && view.chunks.length > 0;
  const chunks: readonly (ChunkView | LiveChunkView)[] = isCarriedOut ? view.chunks : shown.chunks;
  const comparison = isCarriedOut ? undefined : session.comparison;
  return html`<ol class="chunks" id="chunks" tabindex="-1" aria-label=${l10n.t('Chunks')}>
      ${chunks.map((chunk, index) => chunkItem(list, chunk, index, comparison?.marks[index] ?? 'same'))}
    </ol>
    ${
      comparison && comparison.removedChunks.length > 0
        ? html`<p class="removed quiet">
            ${l10n.t('Not in it any more:')}
            ${comparison.removedChunks.map(({ title }) => html`<del>${legible(title)}</del>`)}
          </p>`
        : nothing
    }`;
}

function chunkItem(list: ChunkList, chunk: ChunkView | LiveChunkView, index: number, mark: ChunkMark) {
  const status = chunkStatusOf(chunk);
  const live = 'status' in chunk ? chunk : undefined;
  const isHeld = live?.status === 'running' || live?.status === 'paused';
  const works = isHeld && list.view.coder ? ` · ${list.view.coder.name}` : '';
  const hasMark = mark !== 'same';
  return html`<li
    class=${hasMark ? `chunk ${mark}` : 'chunk'}
    aria-label=${l10n.t('Chunk {0}: {1}', index + 1, legible(chunk.title))}
  >
    <div class="chunk-head">
      <span class="number" aria-hidden="true">${index + 1}</span>
      <h3>
        ${legible(chunk.title)}${hasMark ? html` <span class="mark">${markWords[mark]}</span>` : nothing}
      </h3>
      <span class="chunk-facts quiet">
        ${chunk.estimated_cost === undefined ? nothing : estimate(chunk.estimated_cost)}
        ${
          status
            ? html`<span class="status ${status.tone}"
                >${icon(status.icon)}<span>${status.words}${legible(works)}</span></span
              >`
            : nothing
        }
      </span>
    </div>
    <div class="chunk-body">
      ${chunk.description ? markdownBlock(chunk.description) : nothing}
      ${live?.summary ? html`<p><span class="message">${legible(live.summary)}</span></p>` : nothing}
      ${live?.error_message ? html`<p><span class="message bad">${legible(live.error_message)}</span></p>` : nothing}
      ${live && live.evidence.length > 0 ? seenOnDisk(live.evidence) : nothing}
      ${saidBefore(list.earlier?.chunks.get(index) ?? [], list.view, list.now)} ${sentComments(list, index)}
      <div class="chunk-foot">${files(chunk, list.actions)} ${commentButton(list, index)}</div>
      ${draftField(list, index)}
    </div>
  </li>`;
}

const seenOnDisk = (lines: readonly string[]) =>
  html`<details class="seen">
    <summary>${l10n.t('Seen on the disk')}</summary>
    <ul>
      ${lines.map((line) => html`<li>${legible(line)}</li>`)}
    </ul>
  </details>`;

function files(chunk: ChunkView | LiveChunkView, actions: PlanActions) {
  const changed = 'status' in chunk ? chunk.changed_files : [];
  const paths = [...new Set([...chunk.files, ...changed])];
  return paths.map(
    (path) =>
      html`<button
        type="button"
        class="file"
        title=${l10n.t('Open {0}', legible(path))}
        @click=${() => actions.openFile(path)}
      >
        ${legible(path)}
      </button>`,
  );
}

/** What was said about the chunk when the revision was decided on. */
function sentComments({ shown, view }: ChunkList, index: number) {
  const { decision } = shown;
  const comments = decision?.chunk_comments?.filter(({ chunk }) => chunk === index) ?? [];
  return comments.map(
    ({ comment }) =>
      html`<p class="said">
        <strong>${personOf(decision?.user_id ?? '', view)}:</strong>
        <span class="message">${legible(comment)}</span>
      </p>`,
  );
}

const isOpen = ({ session, revealed }: ChunkList, index: number): boolean =>
  revealed.has(index) || (session.draft.chunks[index] ?? '') !== '';

function commentButton(list: ChunkList, index: number) {
  if (!list.session.mayDecide || isOpen(list, index)) return nothing;
  return html`<button
    type="button"
    class="discreet"
    id=${commentButtonId(index)}
    aria-label=${l10n.t('Comment on chunk {0}', index + 1)}
    @click=${() => list.actions.beginComment(index)}
  >
    ${icon('comment')}${l10n.t('Comment')}
  </button>`;
}

function draftField(list: ChunkList, index: number) {
  const { session, actions } = list;
  const value = session.draft.chunks[index] ?? '';
  if (!(session.mayDecide ? isOpen(list, index) : value !== '')) return nothing;
  return commentField({
    id: commentFieldId(index),
    label: session.mayDecide
      ? l10n.t('Comment on chunk {0}', index + 1)
      : l10n.t('Unsent comment on chunk {0}', index + 1),
    placeholder: l10n.t('What should be different here?'),
    value,
    readonly: !session.mayDecide || session.sending,
    write: (comment) => actions.writeComment(index, comment),
  });
}
