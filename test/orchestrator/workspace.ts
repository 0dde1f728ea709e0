import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type App, openApp } from '../../src/app.ts';
import { serveOrchestrator } from '../../src/serve-orchestrator.ts';
import type { UserCommand } from '../../src/state/user-command.ts';
import type { TaskState } from '../../src/state/task.ts';
import type { World } from '../../src/state/world.ts';
import { type OwnParts, serveWith } from './serve-with.ts';

const SCRIPTED_AGENT = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');

const SCRIPTED: Agents = { scripted: { command: [process.execPath, SCRIPTED_AGENT] } };

type Agents = Record<string, { command: string[]; env?: Record<string, string>; protocol?: string }>;

/** A workspace with a README and a configuration, opened as a person's door would open it. */
export interface Workspace {
  readonly root: string;
  readonly app: App;
  /** Orchestrates until {@link close}. */
  serve(): Promise<string>;
  /** The lines that the orchestrator wrote for its own log. */
  readonly notes: string[];
  /** Resolves when the condition holds; looks after every batch of events. */
  until(condition: (world: World) => boolean): Promise<void>;
  task(taskId: string): TaskState;
  create(
    description: string,
    more?: Omit<Extract<UserCommand, { command: 'create_task' }>, 'command' | 'description'>,
  ): Promise<string>;
  /** Types of the task's events, in order, without those that only stream. */
  story(taskId: string): Promise<string[]>;
  close(): Promise<void>;
}

const STREAMING: ReadonlySet<string> = new Set([
  'agent.output',
  'agent.progress',
  'provider.called',
  'agent.health',
]);

interface WorkspaceOptions extends Partial<OwnParts> {
  readonly agents?: Agents;
  readonly toml?: string;
  /** The whole configuration, instead of agents. */
  readonly config?: string;
}

export async function openWorkspace({
  agents = SCRIPTED,
  // What fails, fails at once: only tests of retries wait for them.
  toml = '[orchestrator]\nretry_delays = []\n',
  config,
  startAgent,
  wrapLog,
}: WorkspaceOptions = {}): Promise<Workspace> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s “a test” ')));
  fs.mkdirSync(path.join(root, '.lineclear'));
  fs.writeFileSync(path.join(root, 'README.md'), '# Sample\n\n## Install\n\nRun it.\n\n## Use\n\nCall it.\n');
  const [first = 'scripted'] = Object.keys(agents);
  const tables = Object.entries(agents).map(
    ([name, { command, env = {}, protocol = 'acp' }]) =>
      `[agents.${name}]\ncommand = ${JSON.stringify(command)}\nprotocol = "${protocol}"\n[agents.${name}.env]\n${Object.entries(
        env,
      )
        .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
        .join('\n')}\n`,
  );
  const roles = `[roles]\nplanner = "${first}"\ncoder = "${first}"\nreviewer = "${first}"\n`;
  fs.writeFileSync(
    path.join(root, '.lineclear', 'config.toml'),
    `user = "anna"\n${config ?? `${roles}${tables.join('')}${toml}`}`,
  );

  const app = await openApp({ root, source: 'cli' });
  const listeners = new Set<() => void>();
  await app.follow(
    () => {
      for (const listener of listeners) listener();
    },
    (error) => {
      throw error;
    },
  );
  const stop = new AbortController();
  const notes: string[] = [];
  const note = (line: string) => void notes.push(line);
  let serving: Promise<string> | undefined;

  return {
    root,
    app,
    notes,
    serve() {
      serving ??=
        startAgent || wrapLog
          ? serveWith(root, { startAgent, wrapLog }, note, stop.signal)
          : serveOrchestrator({ root, alone: true, note }, stop.signal);
      return serving;
    },
    until(condition) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const look = () => {
        try {
          if (condition(app.world)) resolve();
        } catch (error) {
          reject(error);
        }
      };
      listeners.add(look);
      look();
      return promise.finally(() => listeners.delete(look));
    },
    task(taskId) {
      const task = app.world.tasks.get(taskId);
      if (!task) throw new Error(`no task ${taskId}`);
      return task;
    },
    async create(description, more) {
      const event = await app.execute({ command: 'create_task', description, ...more });
      if (event.task_id === undefined) throw new Error('a task without an id');
      return event.task_id;
    },
    async story(taskId) {
      const types: string[] = [];
      for await (const event of app.events({ taskId }))
        if (!STREAMING.has(event.type)) types.push(event.type);
      return types;
    },
    async close() {
      stop.abort();
      await serving;
      await app.close();
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
}
