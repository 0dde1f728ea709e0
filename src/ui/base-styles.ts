import { css } from 'lit';

/** What all pages share. Colours are those of the person's theme. */
export const baseStyles = css`
  :host {
    --line: var(--vscode-contrastBorder, var(--vscode-widget-border, var(--vscode-panel-border)));
    --changed: var(--vscode-gitDecoration-modifiedResourceForeground);
    --added: var(--vscode-gitDecoration-addedResourceForeground);
    --good: var(--vscode-charts-green);
    --active: var(--vscode-textLink-foreground);
    --secondary-background: var(--vscode-button-secondaryBackground, transparent);
    --mono: var(--vscode-editor-font-family, monospace);
    color: var(--vscode-foreground);
    background: var(--vscode-editor-background);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    line-height: 1.5;
  }

  button {
    display: inline-flex;
    align-items: center;
    gap: 5px;
    margin: 0;
    padding: 0;
    border: 0;
    color: inherit;
    background: none;
    font: inherit;
    text-align: left;
    cursor: pointer;
  }

  :focus {
    outline: none;
  }

  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 2px;
  }

  progress {
    display: block;
    width: 100%;
    height: 3px;
    border: 0;
    border-radius: 2px;
    outline: 1px solid var(--vscode-contrastBorder, transparent);
    appearance: none;
    background: color-mix(in srgb, currentColor 14%, transparent);
  }

  progress::-webkit-progress-bar {
    background: none;
  }

  progress::-webkit-progress-value {
    border-radius: 2px;
    background: var(--active);
  }

  .icon {
    flex: none;
    vertical-align: -0.2em;
  }

  .quiet {
    color: var(--vscode-descriptionForeground);
    font-weight: normal;
  }

  .status {
    display: inline-flex;
    align-items: flex-start;
    gap: 6px;
  }

  /* What stands beside it stands on its words, not on its icon. */
  .status > span {
    align-self: baseline;
  }

  .status .icon {
    margin-top: calc(0.75em - 8px);
  }

  .status strong {
    font-weight: 600;
  }

  .status.quiet .icon {
    color: var(--vscode-descriptionForeground);
  }

  .status.active .icon {
    color: var(--active);
  }

  .status.good .icon {
    color: var(--good);
  }

  .status.bad .icon,
  .message.bad {
    color: var(--vscode-errorForeground);
  }

  .message {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .parts > span:not(:last-child)::after {
    content: ' · ';
    white-space: pre;
  }

  .said {
    margin: 6px 0;
    padding-left: 12px;
    border-left: 2px solid var(--line);
  }

  /*
   * The component has one border for both kinds of button, where themes have two, and a grey of its own where a theme
   * has no background.
   */
  vscode-button[secondary] {
    --vscode-button-secondaryBackground: var(--secondary-background);
    --vscode-button-border: var(--vscode-button-secondaryBorder, var(--vscode-contrastBorder, transparent));
  }

  .comment-field {
    display: block;
  }

  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }

  .skip {
    position: fixed;
    top: 8px;
    left: 8px;
    z-index: 2;
    padding: 4px 12px;
    border-radius: 4px;
    color: var(--vscode-button-foreground);
    background: var(--vscode-button-background, var(--vscode-editor-background));
  }

  .skip:not(:focus) {
    clip-path: inset(50%);
    pointer-events: none;
  }
`;
