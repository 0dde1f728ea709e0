import type { Palette } from './paint-lanes.ts';
import type { MarkKind } from './protocol.ts';
import { markKinds, shapes } from './shapes.ts';

/** The colours of the theme as they are now. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const color = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(name).trim()).find((value) => value !== '') ?? style.color;
  const marks: Record<MarkKind, string> = {
    step: '',
    life: '',
    file: '',
    ask: '',
    decision: '',
    done: '',
    problem: '',
  };
  for (const kind of markKinds) marks[kind] = color(shapes[kind].color);
  return {
    text: color('--vscode-foreground'),
    quiet: color('--vscode-descriptionForeground'),
    line: color('--vscode-contrastBorder', '--vscode-widget-border', '--vscode-panel-border'),
    focus: color('--vscode-focusBorder'),
    background: color('--vscode-editor-background'),
    waiting: color('--vscode-charts-yellow'),
    font: `11px ${color('--vscode-font-family')}`,
    marks,
  };
}

/** Calls back when the theme changes. Returns how that ends. */
export function onThemeChange(callback: () => void): () => void {
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  return () => observer.disconnect();
}
