/**
 * The translations for a page, as data that `ui/strings.ts` reads. No script, so that the page's policy needs no
 * exception; `<` is escaped, so that no translation ends it.
 */
export const stringsBlock = (bundle: Readonly<Record<string, unknown>> | undefined): string =>
  `<script type="application/json" id="strings">${JSON.stringify(bundle ?? {}).replaceAll('<', String.raw`\u003c`)}</script>`;
