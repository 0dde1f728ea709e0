export interface PlanPanelHtml {
  readonly taskId: string;
  /** Address of the page's script, as the webview may load it. */
  readonly script: string;
  readonly cspSource: string;
  /** Fresh and unguessable, for this document alone. */
  readonly nonce: string;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const attribute = (text: string): string => text.replace(/[&<>"]/g, (found) => escapes[found] ?? '');

/**
 * The document that the page's script fills. Only that script runs, and nothing is loaded from anywhere: no image, no
 * font, no connection. The components bring their styles as objects, which need no permission.
 */
export function planPanelHtml({ taskId, script, cspSource, nonce }: PlanPanelHtml): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Plan</title>
    <style nonce="${nonce}">
      html, body { margin: 0; padding: 0; background: var(--vscode-editor-background); }
    </style>
  </head>
  <body data-task-id="${attribute(taskId)}">
    <script type="module" nonce="${nonce}" src="${attribute(script)}"></script>
  </body>
</html>`;
}
