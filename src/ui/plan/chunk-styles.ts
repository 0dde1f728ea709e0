import { css } from 'lit';

export const chunkStyles = css`
  .chunks {
    margin: 0;
    padding: 0;
    list-style: none;
  }

  .chunk {
    position: relative;
    padding: 14px 0;
    border-top: 1px solid var(--line);
    /* A plan may have hundreds: those out of sight cost nothing. */
    content-visibility: auto;
    contain-intrinsic-size: auto 84px;
  }

  .seen {
    margin: 4px 0;
    color: var(--vscode-descriptionForeground);
  }

  .seen ul {
    margin: 2px 0;
    padding-left: 20px;
    overflow-wrap: anywhere;
  }

  .chunk-head {
    display: flex;
    align-items: baseline;
    gap: 6px 12px;
  }

  .number {
    flex: none;
    min-width: 16px;
    color: var(--vscode-descriptionForeground);
    font-variant-numeric: tabular-nums;
    text-align: right;
  }

  .chunk h3 {
    flex: 1;
    margin: 0;
    font-size: 1em;
    font-weight: 600;
    overflow-wrap: anywhere;
  }

  .chunk-facts {
    display: inline-flex;
    flex: none;
    align-items: baseline;
    gap: 14px;
    font-variant-numeric: tabular-nums;
  }

  .chunk-facts .status {
    color: var(--vscode-foreground);
  }

  .chunk-facts .status.quiet {
    color: var(--vscode-descriptionForeground);
  }

  .chunk-body {
    margin: 4px 0 0 28px;
  }

  .chunk-body p {
    margin: 4px 0;
  }

  .chunk-body .markdown {
    color: var(--vscode-descriptionForeground);
    line-height: 1.5;
  }

  .chunk-foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 14px;
    margin-top: 6px;
  }

  .chunk-foot:empty {
    display: none;
  }

  .file {
    font-family: var(--mono);
    font-size: 0.92em;
    color: var(--vscode-textLink-foreground);
    overflow-wrap: anywhere;
  }

  .file:hover {
    color: var(--vscode-textLink-activeForeground);
    text-decoration: underline;
  }

  .discreet {
    margin-left: auto;
    color: var(--vscode-descriptionForeground);
  }

  .discreet:hover,
  .discreet:focus-visible {
    color: var(--vscode-foreground);
  }

  .chunk-body .comment-field {
    --min-lines: 2;
    margin-top: 10px;
  }

  .mark {
    margin-left: 6px;
    padding: 0 6px;
    border: 1px solid currentColor;
    border-radius: 8px;
    font-size: 0.85em;
    font-weight: normal;
    white-space: nowrap;
  }

  .added .mark {
    color: var(--added);
  }

  .changed .mark {
    color: var(--changed);
  }

  .removed {
    margin: 0;
    padding: 12px 0 0 28px;
    border-top: 1px solid var(--line);
  }

  .removed del {
    display: block;
  }

  @media (max-width: 520px) {
    .chunk-head {
      flex-wrap: wrap;
    }

    .chunk-facts {
      flex-basis: 100%;
      padding-left: 28px;
    }
  }
`;
