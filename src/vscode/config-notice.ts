import * as l10n from '@vscode/l10n';
import type { LineclearError } from '../contract/errors.ts';
import { errorNotice } from './error-notice.ts';
import type { Screen } from './screen.ts';
import { sentences } from './sentences.ts';

/** Tells of each mistake that comes into the configuration while the log is open, once, and when it is mended. */
export class ConfigNotice {
  readonly #screen: Pick<Screen, 'notify' | 'flash'>;
  #told: string | undefined;

  constructor(screen: Pick<Screen, 'notify' | 'flash'>) {
    this.#screen = screen;
  }

  /** The configuration was read again; `problem` is what is wrong in it. */
  heard(problem: LineclearError | undefined): void {
    const told = this.#told;
    this.#told = problem?.message;
    if (!problem) {
      if (told !== undefined) this.#screen.flash(l10n.t('The configuration is in order again.'));
    } else if (problem.message !== told) {
      const { message, actions } = errorNotice(problem);
      this.#screen.notify({
        severity: 'warning',
        message: sentences(message, l10n.t('The earlier settings stay in force.')),
        actions,
      });
    }
  }
}
