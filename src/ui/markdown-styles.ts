import { css } from 'lit';

export const markdownStyles = css`
  .markdown {
    line-height: 1.6;
    overflow-wrap: anywhere;
  }

  .markdown > :first-child {
    margin-top: 0;
  }

  .markdown > :last-child {
    margin-bottom: 0;
  }

  .markdown h3,
  .markdown h4,
  .markdown h5,
  .markdown h6 {
    margin: 1.8em 0 0.6em;
    font-size: 1em;
    font-weight: 600;
    line-height: 1.35;
  }

  .markdown h3 {
    font-size: 1.15em;
  }

  .markdown h4 {
    font-size: 1.05em;
  }

  .markdown p,
  .markdown ul,
  .markdown ol,
  .markdown pre,
  .markdown table,
  .markdown blockquote {
    margin: 0 0 0.9em;
  }

  .markdown ul,
  .markdown ol {
    padding-left: 1.6em;
  }

  .markdown li {
    margin: 0.25em 0;
  }

  .markdown li > ul,
  .markdown li > ol {
    margin-bottom: 0;
  }

  .markdown a {
    color: var(--vscode-textLink-foreground);
    text-decoration: underline;
    text-underline-offset: 2px;
  }

  .markdown a:hover {
    color: var(--vscode-textLink-activeForeground);
  }

  .markdown code {
    padding: 1px 4px;
    border-radius: 3px;
    color: var(--vscode-textPreformat-foreground);
    background: var(--vscode-textPreformat-background);
    font-family: var(--mono);
    font-size: 0.92em;
  }

  .markdown pre {
    padding: 12px 14px;
    overflow-x: auto;
    border: 1px solid var(--vscode-contrastBorder, transparent);
    border-radius: 5px;
    background: var(--vscode-textCodeBlock-background);
    overflow-wrap: normal;
  }

  .markdown pre code {
    padding: 0;
    color: var(--vscode-editor-foreground);
    background: none;
    line-height: 1.5;
  }

  .markdown blockquote {
    padding: 2px 0 2px 14px;
    border-left: 2px solid var(--line);
    color: var(--vscode-descriptionForeground);
  }

  .markdown table {
    display: block;
    overflow-x: auto;
    border-collapse: collapse;
  }

  .markdown th,
  .markdown td {
    padding: 5px 16px 5px 0;
    border-bottom: 1px solid var(--line);
    text-align: left;
    vertical-align: top;
  }

  .markdown th {
    font-weight: 600;
  }

  .markdown hr {
    margin: 1.8em 0;
    border: 0;
    border-top: 1px solid var(--line);
  }

  /* A bar in the margin, as editors have it. */
  .markdown .changed {
    position: relative;
  }

  .markdown .changed::before,
  .markdown > .block:has(> pre.changed, > pre > .changed)::before {
    content: '';
    position: absolute;
    top: 0.2em;
    bottom: 0.2em;
    left: -16px;
    width: 3px;
    border-radius: 1px;
    background: var(--changed);
  }

  .markdown li.changed::before {
    left: calc(-16px - 1.6em);
  }

  .markdown > .block > blockquote > .changed::before {
    left: -32px;
  }

  .markdown pre.changed,
  .markdown pre:has(> .changed) {
    position: relative;
    overflow-x: auto;
    border-left: 3px solid var(--changed);
  }

  .markdown > .block > pre.changed,
  .markdown > .block > pre:has(> .changed) {
    border-left: 1px solid var(--vscode-contrastBorder, transparent);
  }

  .markdown pre > .changed {
    position: static;
  }

  .markdown pre > .changed::before {
    content: none;
  }
`;
