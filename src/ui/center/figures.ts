import * as l10n from '@vscode/l10n';
import { type TemplateResult, html } from 'lit';
import { cost, thousands } from '../../state/wording.ts';
import type { NumbersView } from './protocol.ts';

const figure = (label: string, value: string): TemplateResult =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;

/** The numbers that answer at a glance: who works, what waits, what it costs. */
export function figures(numbers: NumbersView): TemplateResult {
  const { working, waiting, events_per_minute, tokens_today, cost_usd_today, at_least } = numbers;
  const atLeast = (amount: string) => (at_least ? l10n.t('at least {0}', amount) : amount);
  return html`<dl class="numbers">
    ${figure(l10n.t('working'), String(working))} ${figure(l10n.t('waiting for you'), String(waiting))}
    ${figure(l10n.t('events in the last minute'), String(events_per_minute))}
    ${figure(l10n.t('tokens today'), atLeast(thousands(tokens_today)))}
    ${figure(l10n.t('cost today'), atLeast(cost(cost_usd_today)))}
  </dl>`;
}
