import { css } from 'lit';

/** What was said about a paragraph, and the button for saying something. */
export const remarkStyles = css`
  .block {
    position: relative;
    padding-right: 30px;
  }

  /* Each item is a list of its own: together they look like one. */
  .block > ul,
  .block > ol {
    margin-block: 0.2em;
  }

  .block:has(> :is(ul, ol)) + .block:not(:has(> :is(ul, ol))) {
    margin-top: 0.9em;
  }

  .block .beside {
    position: absolute;
    top: 0;
    right: 0;
    opacity: 0;
  }

  .block:hover .beside,
  .block:focus-within .beside,
  .beside:focus-visible {
    opacity: 1;
  }

  .block .comment-field {
    --min-lines: 2;
    margin-block: 4px 10px;
  }

  .said.earlier {
    border-left: 2px solid var(--vscode-descriptionForeground);
    padding-left: 8px;
  }

  .gone blockquote {
    margin: 8px 0 4px;
    color: var(--vscode-descriptionForeground);
    text-decoration: line-through;
  }
`;
