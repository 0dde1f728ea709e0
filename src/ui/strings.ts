import * as l10n from '@vscode/l10n';
import * as z from 'zod';

const bundle = z.record(
  z.string(),
  z.union([z.string(), z.object({ message: z.string(), comment: z.array(z.string()) })]),
);

// The first import of a page: texts that stand in tables are looked up when their module is loaded.
const block = document.querySelector('#strings')?.textContent;
if (block) {
  const { data } = bundle.safeParse(JSON.parse(block));
  if (data) l10n.config({ contents: data });
}
