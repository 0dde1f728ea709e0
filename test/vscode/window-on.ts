import type { App } from '../../src/app.ts';
import type { HealthLine } from '../../src/state/health.ts';
import type { WorldFold } from '../../src/state/world.ts';
import type { CommandContext } from '../../src/vscode/command-context.ts';
import { CommandRunner } from '../../src/vscode/command-runner.ts';
import { commandTitles } from '../../src/vscode/command-titles.ts';
import type { CommandId } from '../../src/vscode/commands.ts';
import { LogSession } from '../../src/vscode/log-session.ts';
import { fakeApp } from './fake-app.ts';
import { fakeScreen, impatient } from './fake-screen.ts';
import { type ViewOptions, readViewOptions } from '../../src/vscode/view-options.ts';
import { worldOf } from './world-of.ts';

interface Window {
  readonly world?: WorldFold;
  readonly answers?: (string | undefined)[];
  readonly isTrusted?: boolean;
  readonly root?: string | undefined;
  /** Folders whose logs the window could show. */
  readonly roots?: readonly string[];
  readonly agents?: Parameters<typeof fakeApp>[1];
  readonly connections?: App['connections'];
  readonly rules?: App['rules'];
  readonly letters?: Partial<App['deadLetters']>;
  readonly health?: readonly HealthLine[] | Promise<readonly HealthLine[]>;
  /** Whether the person cancels what takes a while. */
  readonly isImpatient?: boolean;
  readonly passwords?: CommandContext['passwords'];
  /** Tasks that ended long ago. */
  readonly old?: number;
}

const notThere = (): never => {
  throw new Error('this window cannot do that');
};

/** A window on this world, and a person who gives these answers. */
export function windowOn({
  world,
  answers = [],
  isTrusted = true,
  root = '/nowhere',
  roots = [],
  agents,
  connections,
  rules,
  letters,
  health,
  isImpatient = false,
  passwords = { serverOf: () => undefined, enter: notThere, forget: notThere },
  old = 0,
}: Window) {
  const bare = fakeApp(world ?? worldOf([]), agents);
  const app = {
    ...bare,
    connections: connections ?? bare.connections,
    rules: rules ?? bare.rules,
    deadLetters: { ...bare.deadLetters, ...letters },
  };
  const screen = { ...fakeScreen(...answers), ...(isImpatient && impatient) };
  const logged: string[] = [];
  const session = new LogSession({
    root,
    openApp: async (): Promise<App> => app,
    overrides: () => ({}),
    hasLog: () => false,
    whyNoLog: () => undefined,
    onState: () => undefined,
    onChange: () => undefined,
    onConfig: () => undefined,
    onBroken: () => undefined,
  });
  const orchestrator = {
    start: async () => screen.flash('started'),
    stop: async () => screen.flash('stopped'),
    showLog: async () => screen.flash('log'),
  };
  const logs = { roots, root: roots[0], choose: async (chosen: string) => screen.flash(`log of ${chosen}`) };
  let options = readViewOptions({ get: () => undefined, update: async () => undefined });
  const views = {
    get options() {
      return options;
    },
    async change(change: Partial<ViewOptions>) {
      options = { ...options, ...change };
    },
    showOlderActivity: () => screen.flash('older activity'),
  };
  const runner = new CommandRunner({
    context: {
      logs,
      screen,
      orchestrator,
      views,
      reopen: async () => undefined,
      passwords,
      checkHealth: async () => await health,
      retainLog: async ({ dryRun, signal, onProgress }) => {
        if (!dryRun) onProgress?.({ tasks: old, events: 200 * old });
        signal.throwIfAborted();
        return { tasks: old, events: 200 * old, bytes: 2 ** 20 * old, days: 30 };
      },
    },
    session: () => session,
    titleOf: commandTitles({}),
    isTrusted: () => isTrusted,
    log: (message) => logged.push(message),
  });
  const run = async (id: CommandId, ...given: unknown[]) => {
    if (world) await session.open();
    return await runner.run(id, given);
  };
  return { run, views, done: app.done, shown: screen.shown, logged };
}
