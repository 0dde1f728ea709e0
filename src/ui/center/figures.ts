import { type TemplateResult, html } from 'lit';
import { cost, tokens } from '../../state/wording.ts';
import type { NumbersView } from './protocol.ts';

const figure = (label: string, value: string): TemplateResult =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

/** The numbers that answer at a glance: who works, what waits, what it costs. */
export function figures(numbers: NumbersView): TemplateResult {
  const { working, waiting, events_per_minute, tokens_today, cost_usd_today, at_least } = numbers;
  const least = at_least ? 'at least ' : '';
  return html`<dl class="numbers">
    ${figure('working', String(working))} ${figure('waiting for you', String(waiting))}
    ${figure('events in the last minute', String(events_per_minute))}
    ${figure('tokens today', `${least}${tokens(tokens_today).replace(/ tokens?$/, '')}`)}
    ${figure('cost today', `${least}${cost(cost_usd_today)}`)}
  </dl>`;
}
