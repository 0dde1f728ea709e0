import * as l10n from '@vscode/l10n';
import { type TemplateResult, html, nothing } from 'lit';
import { legible } from '../legible.ts';
import type { Lane } from './lane.ts';
import { AXIS_HEIGHT } from './paint-lanes.ts';
import type { Pointed } from './steered-timeline.ts';
import { type Place, xOf, yOf } from './timeline-place.ts';

export const clockTime = (at: number): string => new Date(at).toLocaleTimeString('en-GB');

/** What is known of the event that is pointed at, beside it. */
export function timelineTip(
  place: Place,
  { laneId, mark, others }: Pointed,
  lane: Lane | undefined,
  name: string,
): TemplateResult | typeof nothing {
  const x = xOf(place, mark.at);
  const y = yOf(place, laneId);
  if (y === undefined || x < 0 || x > place.width) return nothing;
  const side = x > place.width / 2 ? `right: ${place.width - x + 12}px` : `left: ${x + 12}px`;
  const turn = lane?.turns.findLast(({ from, until = Infinity }) => from <= mark.at && mark.at <= until);
  return html`<div class="tip" .style=${`${side}; top: ${Math.max(AXIS_HEIGHT, y)}px`}>
    <div class="quiet">
      ${clockTime(mark.at)} · ${legible(name)} ${turn ? html` · ${turn.label}` : nothing}
    </div>
    <div class="message">${legible(mark.text)}</div>
    ${others > 0 ? html`<div class="quiet">${l10n.t('and {0} more here: zoom in', others)}</div>` : nothing}
  </div>`;
}
