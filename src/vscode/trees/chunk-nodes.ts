import * as l10n from '@vscode/l10n';
import { freshChunks } from '../../state/change.ts';
import { type ChunkStatus, chunkStatusOf } from '../../state/chunk-status.ts';
import { evidenceLines, evidenceWords, isUnseen } from '../../state/evidence.ts';
import { type ChunkState, type TaskState, currentPlan } from '../../state/task.ts';
import { chunkWords, estimate, joined } from '../../state/wording.ts';
import type { World } from '../../state/world.ts';
import { oneLine } from '../inert-text.ts';
import { bullets, fact, heading, paragraphs } from './markdown-lines.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

const icons: Readonly<Record<ChunkStatus, NodeIcon>> = {
  pending: { id: 'circle-large-outline' },
  running: { id: 'play-circle', color: 'charts.blue' },
  paused: { id: 'debug-pause', color: 'charts.blue' },
  interrupted: { id: 'debug-pause' },
  completed: { id: 'pass', color: 'testing.iconPassed' },
  failed: { id: 'error', color: 'list.errorForeground' },
  skipped: { id: 'debug-step-over' },
};

function chunkNode(world: World, task: TaskState, chunk: ChunkState, index: number): TreeNode {
  const files = chunk.changed_files.length > 0 ? chunk.changed_files : chunk.files;
  const [first] = files;
  const single = files.length === 1 ? first : undefined;
  const id = `chunk:${task.task_id}:${index}`;
  const label = oneLine(chunk.title);
  const status = chunkStatusOf(world, task, chunk);
  const facts = joined(
    chunk.attempt > 1 && l10n.t('try {0}', chunk.attempt),
    ...evidenceWords(chunk).map((words) => oneLine(words, 100)),
    oneLine(chunk.error_message ?? '', 100),
    first &&
      (files.length > 1
        ? l10n.t('{0} and {1} more', oneLine(first, 60), files.length - 1)
        : oneLine(first, 80)),
  );
  // The others are told by their icons.
  const isTold = status !== 'pending' && status !== 'completed';
  const description = joined(isTold && chunkWords[status], facts);
  return {
    id,
    label,
    description,
    icon: isUnseen(chunk) ? { id: 'warning', color: 'list.warningForeground' } : icons[status],
    tooltip: () => ({
      markdown: paragraphs(
        heading(`${index + 1}. ${chunk.title}`),
        fact(l10n.t('Status'), chunkWords[status]),
        fact(l10n.t('What'), chunk.description, 2000),
        fact(l10n.t('Result'), chunk.summary, 2000),
        fact(l10n.t('Why'), chunk.error_message, 2000),
        fact(l10n.t('Estimated cost'), estimate(chunk.estimated_cost)),
        bullets(l10n.t('Files'), files),
        bullets(l10n.t('Seen on the disk'), chunk.evidence ? evidenceLines(chunk.evidence) : []),
      ),
      commands: [],
    }),
    spoken: joined(l10n.t('Chunk {0}, {1}', index + 1, label), chunkWords[status], facts).replaceAll(
      ' · ',
      ', ',
    ),
    context: single === undefined ? 'chunk' : 'chunk file',
    target: { task_id: task.task_id, path: single },
    command: single === undefined ? undefined : 'lineclear.openFile',
    children:
      files.length > 1
        ? files.map((path) => ({
            id: `${id}:${path}`,
            label: oneLine(path),
            icon: { id: 'file' },
            spoken: oneLine(path),
            context: 'file',
            target: { task_id: task.task_id, path },
            command: 'lineclear.openFile',
          }))
        : undefined,
  };
}

/** The chunks of the approved plan, or those that would be carried out if it were. */
const chunksOf = (task: TaskState): readonly ChunkState[] =>
  task.phase === 'plan_review' ? freshChunks(currentPlan(task)?.chunks ?? []) : task.chunks;

export const chunkNodes = (world: World, task: TaskState): readonly TreeNode[] =>
  chunksOf(task).map((chunk, index) => chunkNode(world, task, chunk, index));
