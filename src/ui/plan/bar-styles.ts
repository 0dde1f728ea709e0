import { css } from 'lit';

export const barStyles = css`
  footer {
    position: sticky;
    bottom: 0;
    z-index: 1;
    padding: 12px 0 14px;
    border-top: 1px solid var(--line);
    background: var(--vscode-editorWidget-background, var(--vscode-editor-background));
    color: var(--vscode-editorWidget-foreground, inherit);
  }

  footer .column {
    display: flex;
    flex-direction: column;
    gap: 10px;
  }

  .buttons,
  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }

  .hint {
    margin-left: auto;
  }

  .note {
    justify-content: space-between;
    gap: 8px 16px;
  }

  .note p {
    flex: 1 1 240px;
    margin: 0;
  }

  .note .icon {
    margin-right: 6px;
  }

  footer .said {
    max-height: 6em;
    margin: 0;
    overflow-y: auto;
  }

  @media (max-width: 520px) {
    .buttons vscode-button {
      flex: 1 1 auto;
    }

    .hint {
      flex-basis: 100%;
      margin-left: 0;
    }
  }

  /* A low panel keeps room for the plan. */
  @media (max-height: 360px) {
    footer {
      position: static;
    }
  }
`;
