import { type TemplateResult, html, nothing } from 'lit';
import { icon } from '../icon.ts';
import { legible } from '../legible.ts';
import { type LaneRow, groupIcons } from './lane-rows.ts';
import type { LaneView } from './protocol.ts';

export interface LaneNameActions {
  chooseLane(laneId: string): void;
  fold(section: string): void;
}

/** What stands at the left of a row. */
export const laneName = (row: LaneRow, actions: LaneNameActions): TemplateResult =>
  row.kind === 'heading' ? heading(row, actions) : name(row.lane, actions);

const heading = (
  { section, label, count, folded }: Extract<LaneRow, { kind: 'heading' }>,
  actions: LaneNameActions,
) =>
  html`<button
    type="button"
    class="row heading"
    aria-expanded=${folded ? 'false' : 'true'}
    @click=${() => actions.fold(section)}
  >
    <span class=${folded ? 'turn' : 'turn open'}>${icon('chevron')}</span>
    <span>${label}</span> <span class="quiet">${count}</span>
  </button>`;

function name({ id, name: words, task, group, status }: LaneView, actions: LaneNameActions) {
  const about = [task, status].filter(Boolean).join(' · ');
  return html`<button
    type="button"
    class=${`row lane ${group}`}
    title=${legible(`${words}${about ? `\n${about}` : ''}`)}
    @click=${() => actions.chooseLane(id)}
  >
    ${icon(groupIcons[group])}
    <span class="words">
      <span class="name">${legible(words)}</span>
      ${about ? html`<span class="about quiet">${legible(about)}</span>` : nothing}
    </span>
  </button>`;
}
