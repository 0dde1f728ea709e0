import { clustersOf } from './clusters.ts';
import { type Lane, type Stretch, firstFrom } from './lane.ts';
import type { MarkKind } from './protocol.ts';
import { markKinds, shapes } from './shapes.ts';
import { type TimeRange, ticksOf } from './time-view.ts';

export const ROW_HEIGHT = 36;
export const AXIS_HEIGHT = 24;
/** Marks closer than this are drawn as one. */
const CELL_PX = 8;
const TICK_ROOM_PX = 90;
const RADIUS = 4;

/** Where on the canvas a row is drawn. */
interface PaintedRow {
  readonly y: number;
  /** Undefined for the heading of a group. */
  readonly lane: Lane | undefined;
}

/** Colours of the theme, as a canvas takes them. */
export interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly focus: string;
  readonly background: string;
  readonly waiting: string;
  readonly font: string;
  readonly marks: Readonly<Record<MarkKind, string>>;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly range: TimeRange;
  readonly now: number;
  /** Those that are in sight. */
  readonly rows: readonly PaintedRow[];
  readonly palette: Palette;
  /** The event that has the focus or the mouse. */
  readonly pointed?: { readonly y: number; readonly at: number } | undefined;
}

/** Draws what is in sight, and nothing else: the cost does not grow with what lies beside. */
export function paintLanes(canvas: CanvasRenderingContext2D, scene: Scene): void {
  const { width, height, range, palette, rows, pointed } = scene;
  const perMs = width / (range.until - range.from);
  const xOf = (at: number): number => (at - range.from) * perMs;
  canvas.clearRect(0, 0, width, height);
  paintGrid(canvas, scene, xOf);
  const lanes = rows.flatMap(({ y, lane }) => (lane ? [{ y, lane }] : []));
  for (const { y, lane } of lanes) paintStretches(canvas, scene, lane, y, xOf);
  paintMarks(canvas, scene, lanes, xOf);
  if (scene.now <= range.until) {
    canvas.strokeStyle = palette.focus;
    canvas.lineWidth = 1;
    strokeLine(canvas, xOf(scene.now), AXIS_HEIGHT, height);
  }
  if (pointed) {
    canvas.strokeStyle = palette.focus;
    canvas.lineWidth = 2;
    canvas.beginPath();
    canvas.arc(xOf(pointed.at), pointed.y + ROW_HEIGHT / 2, RADIUS + 5, 0, 2 * Math.PI);
    canvas.stroke();
  }
  paintAxis(canvas, scene, xOf);
}

function strokeLine(canvas: CanvasRenderingContext2D, x: number, top: number, bottom: number): void {
  canvas.beginPath();
  canvas.moveTo(Math.round(x) + 0.5, top);
  canvas.lineTo(Math.round(x) + 0.5, bottom);
  canvas.stroke();
}

const ticksIn = ({ range, width }: Scene) =>
  ticksOf(range, (TICK_ROOM_PX / width) * (range.until - range.from));

function paintGrid(canvas: CanvasRenderingContext2D, scene: Scene, xOf: (at: number) => number): void {
  const { palette, height, rows, width } = scene;
  canvas.strokeStyle = palette.line;
  canvas.globalAlpha = 0.5;
  canvas.lineWidth = 1;
  for (const { at } of ticksIn(scene)) strokeLine(canvas, xOf(at), AXIS_HEIGHT, height);
  canvas.beginPath();
  for (const { y } of rows) {
    canvas.moveTo(0, y + ROW_HEIGHT - 0.5);
    canvas.lineTo(width, y + ROW_HEIGHT - 0.5);
  }
  canvas.stroke();
  canvas.globalAlpha = 1;
}

/** Over everything else: rows pass below it. */
function paintAxis(canvas: CanvasRenderingContext2D, scene: Scene, xOf: (at: number) => number): void {
  const { palette, width } = scene;
  canvas.fillStyle = palette.background;
  canvas.fillRect(0, 0, width, AXIS_HEIGHT);
  canvas.fillStyle = palette.quiet;
  canvas.font = palette.font;
  canvas.textAlign = 'center';
  canvas.textBaseline = 'middle';
  for (const { at, label } of ticksIn(scene)) canvas.fillText(label, xOf(at), AXIS_HEIGHT / 2);
}

/** Turns as bars, and the time in which something waited for a person hatched over them. */
function paintStretches(
  canvas: CanvasRenderingContext2D,
  scene: Scene,
  lane: Lane,
  y: number,
  xOf: (at: number) => number,
): void {
  const { palette, range } = scene;
  const end = Math.min(scene.now, range.until);
  const edges = ({ from, until = end }: Stretch) => {
    const left = Math.max(-8, xOf(from));
    return { left, width: Math.max(2, Math.min(scene.width + 8, xOf(until)) - left) };
  };
  const isSeen = ({ from, until = end }: Stretch) => from <= range.until && until >= range.from;
  canvas.font = palette.font;
  canvas.textAlign = 'left';
  canvas.textBaseline = 'top';
  for (const turn of lane.turns) {
    if (!isSeen(turn)) continue;
    const { left, width } = edges(turn);
    canvas.globalAlpha = 0.14;
    canvas.fillStyle = palette.text;
    canvas.beginPath();
    canvas.roundRect(left, y + 5, width, ROW_HEIGHT - 10, 4);
    canvas.fill();
    canvas.globalAlpha = 1;
  }
  for (const wait of lane.waits) {
    if (!isSeen(wait)) continue;
    const { left, width } = edges(wait);
    hatch(canvas, palette.waiting, { left, top: y + 5, width, height: ROW_HEIGHT - 10 });
  }
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const HATCH_PX = 6;

function hatch(canvas: CanvasRenderingContext2D, color: string, { left, top, width, height }: Box): void {
  canvas.save();
  canvas.beginPath();
  canvas.roundRect(left, top, width, height, 4);
  canvas.clip();
  canvas.fillStyle = color;
  canvas.globalAlpha = 0.12;
  canvas.fillRect(left, top, width, height);
  canvas.globalAlpha = 0.55;
  canvas.strokeStyle = color;
  canvas.lineWidth = 1;
  canvas.beginPath();
  const first = Math.floor((left - height) / HATCH_PX) * HATCH_PX;
  for (let x = first; x < left + width; x += HATCH_PX) {
    canvas.moveTo(x, top + height);
    canvas.lineTo(x + height, top);
  }
  canvas.stroke();
  canvas.restore();
}

/** All marks of one kind in one stroke: a few operations per frame, however many marks there are. */
function paintMarks(
  canvas: CanvasRenderingContext2D,
  { range, width, palette }: Scene,
  rows: readonly { readonly y: number; readonly lane: Lane }[],
  xOf: (at: number) => number,
): void {
  const cellMs = (CELL_PX / width) * (range.until - range.from);
  const paths = new Map(markKinds.map((kind) => [kind, new Path2D()]));
  for (const { y, lane } of rows) {
    if (lane.marks.length === 0 || firstFrom(lane.marks, range.from - cellMs) === lane.marks.length) continue;
    for (const { at, mark, count } of clustersOf(lane.marks, range, cellMs)) {
      const { outline, size } = shapes[mark];
      const path = paths.get(mark);
      // Many at one place are drawn larger.
      if (path)
        outline(
          path,
          xOf(at),
          y + ROW_HEIGHT / 2,
          RADIUS * size * (1 + Math.min(0.6, Math.log10(count) / 3)),
        );
    }
  }
  canvas.lineWidth = 1.75;
  for (const [kind, path] of paths) {
    const { filled } = shapes[kind];
    if (filled) {
      canvas.fillStyle = palette.marks[kind];
      canvas.fill(path);
    } else {
      canvas.strokeStyle = palette.marks[kind];
      canvas.stroke(path);
    }
  }
}
