import * as l10n from '@vscode/l10n';
import { type TemplateResult, html } from 'lit';
import { legible } from '../legible.ts';
import type { CenterSession } from './center-session.ts';
import type { TimelineItem } from './protocol.ts';
import { shapes } from './shapes.ts';
import type { TimeRange } from './time-view.ts';

/** As many as a person goes through. */
const MOST = 200;

/** The newest events of a stretch of time as a table: the same as the timeline says, for who does not see it. */
export function eventsList(
  { timeline, lanes }: CenterSession,
  { from, until }: TimeRange,
  open: (item: TimelineItem) => void,
): TemplateResult {
  const items: TimelineItem[] = [];
  for (const item of timeline.between(from, until)) {
    if (items.length === MOST) break;
    items.push(item);
  }
  return html`<div class="list" tabindex="0" role="region" aria-label=${l10n.t('Events')}>
    <table>
      <caption class="visually-hidden">
        ${l10n.t('The newest events in this stretch of time')}
      </caption>
      <thead>
        <tr>
          <th scope="col">${l10n.t('Time')}</th>
          <th scope="col">${l10n.t('Who')}</th>
          <th scope="col">${l10n.t('Kind')}</th>
          <th scope="col">${l10n.t('What')}</th>
        </tr>
      </thead>
      <tbody>
        ${items.map(
          (item) =>
            html`<tr>
              <td>${new Date(item.at).toLocaleTimeString('en-GB')}</td>
              <td>${legible(lanes.get(item.lane)?.name ?? item.lane)}</td>
              <td class="quiet">${item.mark ? shapes[item.mark].words : ''}</td>
              <td>
                <button type="button" class="link" @click=${() => open(item)}>${legible(item.text)}</button>
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${items.length === 0 ? html`<p class="quiet">${l10n.t('No events in this stretch of time.')}</p>` : ''}
  </div>`;
}
