import { css } from 'lit';
import { baseStyles } from '../base-styles.ts';

export const centerPageStyles = [
  baseStyles,
  css`
    :host {
      display: block;
    }

    main {
      display: flex;
      flex-direction: column;
      gap: 16px;
      box-sizing: border-box;
      min-height: 100vh;
      padding: 16px 20px;
    }

    .numbers {
      display: flex;
      flex-wrap: wrap;
      gap: 8px 36px;
      margin: 0;
    }

    .numbers div {
      display: flex;
      flex-direction: column-reverse;
    }

    dt {
      color: var(--vscode-descriptionForeground);
      font-size: 0.92em;
    }

    dd {
      margin: 0;
      font-size: 1.6em;
      line-height: 1.25;
      font-variant-numeric: tabular-nums;
    }

    .toolbar {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 4px;
      margin-bottom: 6px;
    }

    .tool {
      justify-content: center;
      min-width: 26px;
      height: 24px;
      padding: 0 8px;
      border: 1px solid transparent;
      border-radius: 4px;
    }

    .tool:hover {
      background: var(--vscode-toolbar-hoverBackground);
    }

    .tool[aria-pressed='true'] {
      border-color: var(--vscode-inputOption-activeBorder, var(--vscode-focusBorder));
      color: var(--vscode-inputOption-activeForeground, inherit);
      background: var(--vscode-inputOption-activeBackground, transparent);
    }

    .loaded {
      margin-left: auto;
    }

    .legend {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 16px;
      margin: 6px 0 0;
      padding: 0;
      color: var(--vscode-descriptionForeground);
      font-size: 0.92em;
      list-style: none;
    }

    .legend li {
      display: flex;
      align-items: center;
      gap: 5px;
    }

    .swatch {
      width: 18px;
      height: 10px;
      border-radius: 2px;
    }

    .swatch.turn {
      background: color-mix(in srgb, var(--vscode-foreground) 18%, transparent);
    }

    .swatch.waits {
      background: repeating-linear-gradient(
        -45deg,
        color-mix(in srgb, var(--vscode-charts-yellow) 60%, transparent) 0 1px,
        color-mix(in srgb, var(--vscode-charts-yellow) 14%, transparent) 1px 4px
      );
    }

    .list {
      max-height: 46vh;
      overflow-y: auto;
      border: 1px solid var(--line);
      border-radius: 4px;
    }

    table {
      width: 100%;
      border-collapse: collapse;
    }

    th {
      position: sticky;
      top: 0;
      background: var(--vscode-editor-background);
      font-weight: 600;
      text-align: left;
    }

    th,
    td {
      padding: 3px 10px;
      vertical-align: top;
    }

    td:first-child,
    td.quiet {
      white-space: nowrap;
    }

    td:first-child {
      font-variant-numeric: tabular-nums;
    }

    td:nth-child(2) {
      min-width: 12em;
    }

    .link {
      overflow-wrap: anywhere;
    }

    .link:hover {
      text-decoration: underline;
    }

    .composer {
      display: flex;
      flex-direction: column;
      gap: 8px;
      margin-top: auto;
      padding-top: 12px;
      border-top: 1px solid var(--line);
    }

    .choices {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 8px;
    }

    .choices label {
      flex: 0 1 auto;
      min-width: 0;
      /* Here, not on the select: a label is as wide as the longest option otherwise, and leaves a gap. */
      max-width: min(420px, 100%);
    }

    select {
      box-sizing: border-box;
      max-width: 100%;
      height: 28px;
      padding: 0 6px;
      border: 1px solid var(--vscode-settings-dropdownBorder, var(--vscode-dropdown-border, var(--line)));
      border-radius: 4px;
      color: var(--vscode-settings-dropdownForeground, var(--vscode-dropdown-foreground, inherit));
      background: var(--vscode-settings-dropdownBackground, var(--vscode-dropdown-background, transparent));
      font: inherit;
      text-overflow: ellipsis;
    }

    .send {
      display: flex;
      align-items: center;
      gap: 12px;
    }

    .send p {
      flex: 1;
      margin: 0;
    }

    .empty {
      align-items: flex-start;
    }

    .empty p {
      margin: 0;
    }

    .remedies {
      display: flex;
      gap: 8px;
    }

    @media (max-width: 520px) {
      main {
        padding: 12px;
      }

      .numbers {
        gap: 8px 20px;
      }

      .loaded {
        flex-basis: 100%;
        margin-left: 0;
      }

      .choices label,
      select {
        width: 100%;
        max-width: none;
      }
    }
  `,
];
