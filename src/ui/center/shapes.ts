import * as l10n from '@vscode/l10n';
import type { MarkKind } from './protocol.ts';

/** Draws the outline of a shape with this radius around a point; open shapes are only stroked. */
type Outline = (path: Path2D | CanvasRenderingContext2D, x: number, y: number, radius: number) => void;

interface Shape {
  readonly words: string;
  readonly outline: Outline;
  readonly filled: boolean;
  /** Name of a colour of the theme. */
  readonly color: string;
  /** As a part of the usual size. */
  readonly size: number;
}

const circle: Outline = (path, x, y, radius) => {
  path.moveTo(x + radius, y);
  path.arc(x, y, radius, 0, 2 * Math.PI);
};
const square: Outline = (path, x, y, radius) =>
  path.rect(x - radius * 0.85, y - radius * 0.85, radius * 1.7, radius * 1.7);
const polygon =
  (...corners: readonly (readonly [number, number])[]): Outline =>
  (path, x, y, radius) => {
    for (const [index, [dx, dy]] of corners.entries())
      if (index === 0) path.moveTo(x + dx * radius, y + dy * radius);
      else path.lineTo(x + dx * radius, y + dy * radius);
    path.closePath();
  };
const cross: Outline = (path, x, y, radius) => {
  path.moveTo(x - radius, y - radius);
  path.lineTo(x + radius, y + radius);
  path.moveTo(x + radius, y - radius);
  path.lineTo(x - radius, y + radius);
};
const tick: Outline = (path, x, y, radius) => {
  path.moveTo(x, y - radius);
  path.lineTo(x, y + radius);
};

/** How each kind of event looks: a shape and a colour, so that neither has to be told apart alone. In drawing order. */
export const shapes: Readonly<Record<MarkKind, Shape>> = {
  step: {
    words: l10n.t('step'),
    outline: circle,
    filled: true,
    color: '--vscode-descriptionForeground',
    size: 0.55,
  },
  life: {
    words: l10n.t('start or end'),
    outline: tick,
    filled: false,
    color: '--vscode-descriptionForeground',
    size: 1.3,
  },
  file: {
    words: l10n.t('file changed'),
    outline: square,
    filled: true,
    color: '--vscode-charts-blue',
    size: 1,
  },
  done: { words: l10n.t('done'), outline: circle, filled: true, color: '--vscode-charts-green', size: 1.05 },
  decision: {
    words: l10n.t('decision'),
    outline: polygon([0, -1.15], [1.1, 0.85], [-1.1, 0.85]),
    filled: true,
    color: '--vscode-charts-purple',
    size: 1,
  },
  ask: {
    words: l10n.t('asks you'),
    outline: polygon([0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]),
    filled: true,
    color: '--vscode-charts-yellow',
    size: 1,
  },
  problem: { words: l10n.t('problem'), outline: cross, filled: false, color: '--vscode-charts-red', size: 1 },
};

const isMarkKind = (name: string): name is MarkKind => Object.hasOwn(shapes, name);
export const markKinds: readonly MarkKind[] = Object.keys(shapes).filter(isMarkKind);
