import * as l10n from '@vscode/l10n';
import type { IconName } from '../icon.ts';
import type { LaneGroup, LaneView } from './protocol.ts';

type Section = 'live' | 'ended' | 'others';

const sections: Readonly<Record<LaneGroup, Section>> = {
  waiting: 'live',
  working: 'live',
  idle: 'live',
  lost: 'ended',
  done: 'ended',
  others: 'others',
};

const headings: Readonly<Record<Section, string>> = {
  live: l10n.t('Live'),
  ended: l10n.t('Ended'),
  others: l10n.t('Others'),
};

const order: readonly LaneGroup[] = ['waiting', 'working', 'idle', 'lost', 'done', 'others'];

export const groupIcons: Readonly<Record<LaneGroup, IconName>> = {
  waiting: 'clock',
  working: 'dot',
  idle: 'circle',
  lost: 'cross',
  done: 'check',
  others: 'person',
};

export type LaneRow =
  | {
      readonly kind: 'heading';
      readonly section: string;
      readonly label: string;
      readonly count: number;
      readonly folded: boolean;
    }
  | { readonly kind: 'lane'; readonly lane: LaneView };

/** The rows of the timeline: who lives first, what waits before what works, each section under a heading. */
export function laneRows(lanes: Iterable<LaneView>, folded: ReadonlySet<string>): readonly LaneRow[] {
  const sorted = [...lanes].toSorted((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  const rows: LaneRow[] = [];
  for (const [section, members] of Map.groupBy(sorted, ({ group }) => sections[group])) {
    const isFolded = folded.has(section);
    rows.push({
      kind: 'heading',
      section,
      label: headings[section],
      count: members.length,
      folded: isFolded,
    });
    if (!isFolded) rows.push(...members.map((lane): LaneRow => ({ kind: 'lane', lane })));
  }
  return rows;
}
