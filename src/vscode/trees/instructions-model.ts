import * as l10n from '@vscode/l10n';
import type { InstructionFile, InstructionState } from '../../app.ts';
import { reasonWords } from '../../state/file-reason.ts';
import { oneLine } from '../inert-text.ts';
import type { NodeIcon, TreeNode } from './tree-node.ts';

const WARNING: NodeIcon = { id: 'warning', color: 'list.warningForeground' };

type Drift = Extract<InstructionState['kind'], 'edited' | 'removed' | 'deleted'>;

/** What a person has to decide about, and what it is called. */
const drifts: Readonly<Record<Drift, (path: string) => string>> = {
  edited: (path) => l10n.t('Instructions edited: {0}', path),
  removed: (path) => l10n.t('Instructions removed: {0}', path),
  deleted: (path) => l10n.t('Instruction file deleted: {0}', path),
};

const isDriftKind = (kind: InstructionState['kind']): kind is Drift => Object.hasOwn(drifts, kind);

/** The files about which a person has to decide. */
export const driftIn = (files: readonly InstructionFile[]): readonly InstructionFile[] =>
  files.filter(({ state }) => isDriftKind(state.kind));

const spoken = (label: string, description: string): string => `${label}, ${description}`;

/** For the Inbox. */
export const driftNodes = (files: readonly InstructionFile[]): readonly TreeNode[] =>
  files.flatMap(({ path, state: { kind } }): TreeNode[] => {
    if (!isDriftKind(kind)) return [];
    const label = drifts[kind](oneLine(path, 60));
    const description = l10n.t('take it over, or undo it');
    return [
      {
        id: `instructions:${path}`,
        label,
        description,
        icon: WARNING,
        spoken: spoken(label, description),
        context: 'instructions drift',
        target: { path },
        command: 'lineclear.showInstructionChange',
      },
    ];
  });

function stateWords(state: InstructionState): string {
  switch (state.kind) {
    case 'same':
      return l10n.t('the same');
    case 'due':
      return l10n.t('to be written');
    case 'edited':
      return l10n.t('edited');
    case 'removed':
      return l10n.t('section removed');
    case 'deleted':
      return l10n.t('deleted');
    case 'left out':
      return l10n.t('left out');
    case 'missing':
      return l10n.t('not there');
    case 'link':
      return l10n.t('link to {0}', oneLine(state.to, 60));
    case 'problem': {
      const message = oneLine(reasonWords(state.reason), 120);
      return state.line === undefined ? message : l10n.t('line {0} {1}', state.line, message);
    }
  }
}

function fileNode({ path, state }: InstructionFile): TreeNode {
  const isDrift = isDriftKind(state.kind);
  const label = oneLine(path, 60);
  const description = stateWords(state);
  return {
    id: `instruction:${path}`,
    label,
    description,
    icon:
      isDrift || state.kind === 'problem' ? WARNING : { id: state.kind === 'same' ? 'check' : 'markdown' },
    spoken: spoken(label, description),
    context: `instructions ${isDrift ? 'drift' : 'file'}`,
    target: { path },
    command: isDrift ? 'lineclear.showInstructionChange' : 'lineclear.openMemoryFile',
  };
}

/** For the view Memory: how it stands with each file that is kept. */
export function instructionNodes(files: readonly InstructionFile[]): readonly TreeNode[] {
  if (files.length === 0) return [];
  const label = l10n.t('Instruction files');
  const waiting = driftIn(files).length;
  const description =
    waiting === 0 ? String(files.length) : l10n.t('{0} · {1} changed', files.length, waiting);
  return [
    {
      id: 'instructions',
      label,
      description,
      icon: { id: 'files' },
      spoken: spoken(label, description.replace(' · ', ', ')),
      context: 'group',
      target: {},
      children: files.map(fileNode),
    },
  ];
}
