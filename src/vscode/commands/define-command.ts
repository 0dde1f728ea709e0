import type { z } from 'zod';
import type { App } from '../../app.ts';
import type { CommandContext, LogContext } from '../command-context.ts';
import { parseArguments } from '../target.ts';

/** Where a command is offered besides the palette; `when` looks at what trees.ts gives rows as context. */
interface Placement {
  readonly menu: 'view/title' | 'view/item/context' | 'editor/title';
  readonly when: string;
  readonly group: string;
}

interface Appearance {
  readonly title: string;
  /** A codicon, for buttons. */
  readonly icon?: string;
  /** When the palette offers it: always, never, or under a condition of context-keys.ts. */
  readonly palette: true | false | string;
  readonly placements?: readonly Placement[];
}

/** A command, ready to be run with whatever was passed to it. */
export interface Command extends Appearance {
  /** Whether it makes something run or decides about it: not in Restricted Mode. */
  readonly trusted: boolean;
  /** `existing`: without a log it says what to do first. `created`: it makes the log if there is none. */
  readonly log: 'none' | 'existing' | 'created';
  readonly run: (
    context: CommandContext,
    app: App | undefined,
    given: readonly unknown[],
  ) => Promise<unknown>;
}

export const withLog = <S extends z.ZodType>(
  appearance: Appearance & {
    readonly trusted: boolean;
    readonly log: 'existing' | 'created';
    readonly input: S;
    readonly handle: (context: LogContext, given: z.infer<S>) => Promise<unknown>;
  },
): Command => ({
  ...appearance,
  run: async (context, app, given) => {
    if (!app) throw new TypeError('a command that needs the log was run without it');
    return await appearance.handle({ ...context, app }, parseArguments(appearance.input, given));
  },
});

export const withoutLog = (
  appearance: Appearance & {
    readonly trusted: boolean;
    readonly handle: (context: CommandContext) => Promise<unknown>;
  },
): Command => ({ ...appearance, log: 'none', run: (context) => appearance.handle(context) });

export const inline = (when: string, order: number): Placement => ({
  menu: 'view/item/context',
  when,
  group: `inline@${order}`,
});
export const inMenu = (when: string, group: string): Placement => ({
  menu: 'view/item/context',
  when,
  group,
});
export const inTitle = (view: string, group: string, when = 'lineclear.log == open'): Placement => ({
  menu: 'view/title',
  when: `view == lineclear.${view} && ${when}`,
  group,
});

export const inEditor = (when: string, order: number): Placement => ({
  menu: 'editor/title',
  when,
  group: `navigation@${order}`,
});

/** Rows whose context value begins with these words. */
export const row = (words: string): string => `viewItem =~ /^${words}/`;
