import { css } from 'lit';
import { baseStyles } from '../base-styles.ts';

export const timelineStyles = [
  baseStyles,
  css`
    :host {
      display: block;
      min-height: 0;
    }

    .scroller {
      display: grid;
      grid-template-columns: clamp(116px, 24%, 260px) 1fr;
      max-height: var(--timeline-height, 46vh);
      overflow: hidden auto;
      border: 1px solid var(--line);
      border-radius: 4px;
    }

    .names {
      border-right: 1px solid var(--line);
    }

    .axis {
      position: sticky;
      top: 0;
      height: 24px;
      background: var(--vscode-editor-background);
    }

    .row {
      display: flex;
      align-items: center;
      gap: 8px;
      box-sizing: border-box;
      width: 100%;
      height: 36px;
      padding: 0 8px;
      border-bottom: 1px solid color-mix(in srgb, var(--line) 50%, transparent);
      outline-offset: -1px;
    }

    .row:hover {
      background: var(--vscode-list-hoverBackground, var(--vscode-toolbar-hoverBackground));
    }

    .heading {
      gap: 4px;
      font-weight: 600;
    }

    .turn.open .icon {
      transform: rotate(90deg);
    }

    .words {
      display: flex;
      flex-direction: column;
      min-width: 0;
      line-height: 1.25;
    }

    .name,
    .about {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }

    .about {
      font-size: 0.88em;
    }

    .lane.waiting .icon {
      color: var(--vscode-charts-yellow);
    }

    .lane.working .icon {
      color: var(--active);
    }

    .lane.lost .icon {
      color: var(--vscode-errorForeground);
    }

    .lane.done .icon,
    .lane.idle .icon,
    .lane.others .icon {
      color: var(--vscode-descriptionForeground);
    }

    /* As high as what is in sight, and stays there while the names scroll. */
    .stage {
      position: sticky;
      top: 0;
      align-self: start;
      height: 100%;
      max-height: calc(var(--timeline-height, 46vh) - 2px);
      min-width: 0;
      overflow: hidden;
      cursor: grab;
      touch-action: none;
      user-select: none;
    }

    .stage:active {
      cursor: grabbing;
    }

    .stage:focus-visible {
      outline-offset: -1px;
    }

    canvas {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      pointer-events: none;
    }

    .tip {
      position: absolute;
      z-index: 1;
      max-width: min(340px, 70%);
      padding: 6px 10px;
      border: 1px solid var(--vscode-editorHoverWidget-border, var(--line));
      border-radius: 4px;
      color: var(--vscode-editorHoverWidget-foreground, inherit);
      background: var(--vscode-editorHoverWidget-background, var(--vscode-editor-background));
      font-size: 0.92em;
      line-height: 1.4;
      pointer-events: none;
    }
  `,
];
