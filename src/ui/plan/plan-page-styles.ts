import { css } from 'lit';
import { baseStyles } from '../base-styles.ts';
import { markdownStyles } from '../markdown-styles.ts';
import { barStyles } from './bar-styles.ts';
import { chunkStyles } from './chunk-styles.ts';
import { remarkStyles } from './remark-styles.ts';

const layout = css`
  :host {
    display: flex;
    flex-direction: column;
    min-height: 100vh;
  }

  .column {
    box-sizing: border-box;
    width: 100%;
    max-width: 860px;
    margin: 0 auto;
    padding-right: 32px;
    padding-left: 32px;
  }

  main.column {
    flex: 1;
    padding-top: 32px;
    padding-bottom: 40px;
  }

  h1 {
    margin: 0;
    font-size: 1.7em;
    font-weight: 600;
    line-height: 1.25;
    letter-spacing: -0.01em;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }

  h2 {
    margin: 40px 0 12px;
    font-size: 1.3em;
    font-weight: 600;
  }

  header .status {
    margin: 10px 0 0;
  }

  header progress {
    margin-top: 12px;
  }

  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 10px;
    margin-top: 18px;
    padding-top: 12px;
    border-top: 1px solid var(--line);
  }

  /* One line is enough. */
  header:has(progress) .facts {
    padding-top: 0;
    border-top: 0;
  }

  .facts p {
    margin: 0;
  }

  .revisions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px;
  }

  .revisions span {
    margin-right: 4px;
  }

  .revisions button {
    min-width: 26px;
    padding: 1px 7px;
    border: 1px solid var(--line);
    border-radius: 4px;
    justify-content: center;
  }

  .revisions button:hover {
    background: var(--vscode-toolbar-hoverBackground);
  }

  .revisions button[aria-current] {
    border-color: var(--vscode-focusBorder);
    background: var(--vscode-list-inactiveSelectionBackground);
    font-weight: 600;
  }

  .outcome {
    margin-top: 18px;
    padding: 2px 0 2px 14px;
    border-left: 2px solid var(--line);
  }

  .outcome.bad {
    border-left-color: var(--vscode-errorForeground);
  }

  .outcome p {
    margin: 4px 0;
  }

  .plan {
    margin-top: 28px;
  }

  summary {
    cursor: pointer;
    width: fit-content;
  }

  summary h2 {
    display: inline;
  }

  .changes {
    margin-bottom: 20px;
    color: var(--vscode-descriptionForeground);
  }

  .changes p {
    margin: 0;
  }

  .changes details {
    margin-top: 4px;
  }

  .changes del {
    display: block;
    margin-top: 6px;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }

  .legend {
    display: inline-block;
    width: 3px;
    height: 1em;
    margin-right: 8px;
    vertical-align: -0.15em;
    border-radius: 1px;
    background: var(--changed);
  }

  .empty {
    margin-top: 40px;
  }

  @media (max-width: 520px) {
    .column {
      padding-right: 18px;
      padding-left: 18px;
    }

    main.column {
      padding-top: 20px;
    }
  }
`;

export const planPageStyles = [baseStyles, layout, markdownStyles, chunkStyles, remarkStyles, barStyles];
