import * as l10n from '@vscode/l10n';
import type { PlanRevision } from '../state/task.ts';
import { estimate } from '../state/wording.ts';

function chunkLines({ title, files, description }: PlanRevision['chunks'][number], index: number): string[] {
  return [
    `### ${index + 1}. ${title}`,
    '',
    ...files.map((file) => `- ${file}`),
    ...(files.length > 0 ? [''] : []),
    ...(description ? [description.trim(), ''] : []),
  ];
}

/** A revision as one text in Markdown: the plan, then its chunks. */
export function planDocument({ plan, chunks, estimated_cost }: PlanRevision): string {
  const price = estimate(estimated_cost);
  return [
    plan.trim(),
    '',
    `## ${l10n.t('Chunks')}`,
    '',
    ...chunks.flatMap(chunkLines),
    ...(price ? [l10n.t('Estimated cost: {0}', price), ''] : []),
  ].join('\n');
}
