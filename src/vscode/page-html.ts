import { stringsBlock } from './strings-block.ts';

export interface PageHtml {
  readonly title: string;
  /** `data-` attributes of the body, by name: what the script is to know at once. */
  readonly data?: Readonly<Record<string, string>>;
  /** Address of the page's script, as the webview may load it. */
  readonly script: string;
  readonly cspSource: string;
  /** Translations of its texts. */
  readonly strings: Readonly<Record<string, unknown>> | undefined;
  /** Language of the texts, such as `en`. */
  readonly language: string;
  /** Fresh and unguessable, for this document alone. */
  readonly nonce: string;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const attribute = (text: string): string => text.replace(/[&<>"]/g, (found) => escapes[found] ?? '');

/**
 * The document that the page's script fills. Only that script runs, and nothing is loaded from anywhere: no image, no
 * font, no connection. The components bring their styles as objects, which need no permission.
 */
export function pageHtml(options: PageHtml): string {
  const { title, data = {}, script, cspSource, nonce, strings, language } = options;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource} 'nonce-${nonce}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const attributes = Object.entries(data)
    .map(([name, value]) => ` data-${name}="${attribute(value)}"`)
    .join('');
  return `<!doctype html>
<html lang="${attribute(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${attribute(title)}</title>
    <style nonce="${nonce}">
      html, body { margin: 0; padding: 0; background: var(--vscode-editor-background); }
    </style>
  </head>
  <body${attributes}>
    ${stringsBlock(strings)}
    <script type="module" nonce="${nonce}" src="${attribute(script)}"></script>
  </body>
</html>`;
}
