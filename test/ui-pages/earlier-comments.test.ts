import { expect, test } from 'vitest';
import { emptyDraft } from '../../src/ui/plan/comment-drafts.ts';
import { placeComments } from '../../src/ui/plan/earlier-comments.ts';
import type { RevisionView } from '../../src/ui/plan/protocol.ts';
import { renderBlocks, renderMarkdown } from '../../src/ui/render-markdown.ts';

const revision = (number: number, more: Partial<RevisionView> = {}): RevisionView => ({
  revision: number,
  plan: '',
  chunks: [],
  planner: { id: 'planner-1', name: 'planner' },
  ready_at: '2026-03-02T14:00:00Z',
  ...more,
});

const chunks = (...titles: string[]) => titles.map((title) => ({ title, files: [] }));
const by = { user_id: 'user:ben', at: '2026-03-02T14:05:00Z' };

const said = (comments: readonly { comment: string }[] = []) => comments.map(({ comment }) => comment);
const textOf = (html: string) => html.replaceAll(/<[^>]*>|\s+/g, '');

test('a comment stays with what it was about, also where that was moved or said a little differently', () => {
  const first = revision(1, {
    chunks: chunks('Read the limit from the configuration', 'Add a cache'),
    decision: {
      ...by,
      verdict: 'changes',
      chunk_comments: [
        { chunk: 0, comment: 'Which file?' },
        { chunk: 1, comment: 'No cache.' },
      ],
      paragraph_comments: [
        { quote: 'Requests are counted per key in memory.', comment: 'And after a restart?' },
        { quote: 'We use Redis.', comment: 'We do not.' },
      ],
    },
  });
  const second = revision(2, { chunks: chunks('Write the limiter', 'Read the limit from configuration') });
  const quotes = ['Overview', 'Requests are counted per key, in memory and on disk.'];
  const placed = placeComments([first, second], second, quotes, () => emptyDraft);
  expect(said(placed.chunks.get(1))).toEqual(['Which file?']);
  expect(said(placed.paragraphs.get(quotes[1] ?? ''))).toEqual(['And after a restart?']);
  expect(placed.gone.map(({ about, comment }) => [about, comment])).toEqual([
    ['Add a cache', 'No cache.'],
    ['We use Redis.', 'We do not.'],
  ]);
});

test('what was written and not sent is told apart from what was sent', () => {
  const first = revision(1, {
    chunks: chunks('One'),
    decision: { ...by, verdict: 'changes', chunk_comments: [{ chunk: 0, comment: 'Sent.' }] },
  });
  const second = revision(2, { chunks: chunks('One') });
  const draft = { ...emptyDraft, chunks: { 0: 'Not sent.' } };
  const placed = placeComments([first, second], second, [], (number) => (number === 1 ? draft : emptyDraft));
  expect(placed.chunks.get(0)).toEqual([
    { revision: 1, about: 'One', comment: 'Sent.', sent: by },
    { revision: 1, about: 'One', comment: 'Not sent.', sent: undefined },
  ]);
});

test('a revision shows no comments of later ones', () => {
  const first = revision(1, { chunks: chunks('One') });
  const decision = { ...by, verdict: 'changes' as const, chunk_comments: [{ chunk: 0, comment: 'Later.' }] };
  const second = revision(2, { chunks: chunks('One'), decision });
  expect(placeComments([first, second], first, [], () => emptyDraft).chunks.size).toBe(0);
});

test('paragraphs, headings, items of lists and code are blocks, which together are the whole text', () => {
  const text = '# Plan\n\nOne *fine*\nline.\n\n3. three\n4. four\n   - deep\n\n```js\nlet a;\n```\n\n---\n';
  const blocks = renderBlocks(text);
  expect(blocks.map(({ quote }) => quote)).toEqual([
    'Plan',
    'One fine line.',
    'three',
    'four deep',
    'let a;',
    '',
  ]);
  expect(blocks.map(({ html }) => html).join('')).toContain('<ol start="4">\n<li>four');
  expect(textOf(blocks.map(({ html }) => html).join(''))).toBe(textOf(renderMarkdown(text)));
});
