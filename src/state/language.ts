import * as l10n from '@vscode/l10n';

/** The language of the texts of this process, such as `en`: it follows from them, so it is never another one. */
export const LANGUAGE = l10n.t({
  message: 'en',
  args: [],
  comment: ['The code of the language of these texts'],
});
