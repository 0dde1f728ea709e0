import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ensureHost } from '../../scripts/parts.ts';
import { offerLanguages } from './languages.ts';
import { endProcesses, removeFolder } from './processes.ts';
import { scratch } from './scratch.ts';
import type { Scratch } from './scratch.ts';
import { quietSettings, testSettings, themeSettings } from './settings.ts';
import type { Settings, Theme } from './settings.ts';

export const serverMain = path.join(
  import.meta.dirname,
  'node_modules/code-server/lib/vscode/out/server-main.js',
);

export interface ServerOptions {
  /** Where the server and the person's settings live, kept when it stops. Default: temporary, a new user. */
  readonly dataDir?: string;
  /** Default: a folder in the data folder. */
  readonly extensionsDir?: string;
  /** On top of the quiet ones. In a data folder that is already in use they are the person's own, and stay. */
  readonly settings?: Settings;
  /** Default: dark. */
  readonly theme?: Theme;
  /** Folders open in Restricted Mode until the person trusts them. Default: every folder is trusted. */
  readonly workspaceTrust?: boolean;
  /** Besides English, such as `de`: what a user's browser asks for is what extensions speak. */
  readonly languages?: readonly string[];
  /**
   * VS Code's own switch for its tests: needed to load an extension and its tests from source, but it hides every
   * notification. Default: off.
   */
  readonly testDriver?: boolean;
  /** Default: a free one. */
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export interface PageOptions {
  readonly folder?: string;
  readonly workspace?: string;
  /** What the desktop takes from its command line, for example `['extensionTestsPath', server.remoteUri(file)]`. */
  readonly payload?: readonly (readonly [name: string, value: string])[];
}

export interface Server {
  readonly port: number;
  readonly dataDir: string;
  readonly extensionsDir: string;
  /** The home folder that extensions see: a new user has an empty one. */
  readonly home: string;
  /** What the server printed up to now. */
  readonly output: string;
  /** The address of a window. */
  url(options?: PageOptions): string;
  remoteUri(file: string): string;
  /** Changes the person's settings; `undefined` removes one. An open window takes them up when it is reloaded. */
  changeSettings(settings: Settings): void;
  /** Resolves when the server has ended, by itself or by `stop`. */
  readonly ended: Promise<void>;
  /** Ends the server with every process that came from it. */
  stop(): Promise<void>;
}

/** Starts VS Code as a server on this machine. */
export async function startServer(options: ServerOptions = {}): Promise<Server> {
  await ensureHost();
  linkModules();
  const own = scratch();
  const runDir = own.makeFolder('server');
  const dataDir = options.dataDir ?? runDir;
  const extensionsDir = options.extensionsDir ?? path.join(dataDir, 'extensions');
  const temp = path.join(runDir, 'tmp');
  const home = options.dataDir ? (process.env['HOME'] ?? dataDir) : path.join(runDir, 'home');
  for (const folder of [extensionsDir, temp, home]) fs.mkdirSync(folder, { recursive: true });
  const settingsFile = path.join(dataDir, 'data/User/settings.json');
  if (!fs.existsSync(settingsFile)) writeJson(settingsFile, initialSettings(options));

  if (options.languages) offerLanguages(dataDir, options.languages);

  const child = spawn(process.execPath, [serverMain, ...serverArguments(options, dataDir, extensionsDir)], {
    detached: true, // a process group of its own, which can be ended as a whole
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...inheritedEnvironment(),
      ...(options.dataDir ? {} : newHome(home)),
      TMPDIR: temp, // its sockets and temporary files go when it goes
      EXTENSIONS_GALLERY: '{"serviceUrl":""}', // no marketplace
      ...options.env,
      ...own.mark(runDir),
    },
  });
  if (child.pid !== undefined) own.addGroup(child.pid);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (process.env['HOST_LOG']) process.stderr.write(text);
    });
  }
  const ended = once(child, 'exit').then(() => undefined);
  const stop = () => stopServer(child, own, runDir);
  let port: number;
  try {
    port = await listeningPort(child, ended);
  } catch (error) {
    await stop();
    throw new Error(`the VS Code server did not start:\n${output}`, { cause: error });
  }
  const authority = `127.0.0.1:${port}`;
  return {
    port,
    dataDir,
    extensionsDir,
    home,
    get output() {
      return output;
    },
    url: (page) => `http://${authority}/${pageQuery(page)}`,
    remoteUri: (file) => `vscode-remote://${authority}${file}`,
    changeSettings(settings) {
      const before: unknown = JSON.parse(fs.readFileSync(settingsFile, 'utf8'));
      writeJson(settingsFile, { ...(typeof before === 'object' ? before : {}), ...settings });
    },
    ended,
    stop,
  };
}

function serverArguments(options: ServerOptions, dataDir: string, extensionsDir: string): string[] {
  const flags = {
    host: '127.0.0.1',
    port: String(options.port ?? 0),
    'server-data-dir': dataDir,
    'extensions-dir': extensionsDir,
    'telemetry-level': 'off',
    // A window that was closed does not come back: its extension host need not wait for it.
    'reconnection-grace-time': '5',
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]),
    '--without-connection-token',
    '--accept-server-license-terms',
    ...(options.workspaceTrust ? [] : ['--disable-workspace-trust']),
    ...(options.testDriver ? ['--enable-smoke-test-driver'] : []),
  ];
}

function initialSettings(options: ServerOptions): Settings {
  return {
    ...quietSettings,
    ...(options.dataDir ? {} : testSettings),
    ...themeSettings(options.theme ?? 'dark'),
    'security.workspace.trust.enabled': options.workspaceTrust ?? false,
    // Restricted Mode without the question at start: a test trusts the folder when it wants to.
    'security.workspace.trust.startupPrompt': 'never',
    ...options.settings,
  };
}

/** Without what would make the server, or the product in it, believe that it runs in another VS Code or in a test. */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(VSCODE_|ELECTRON_|CODE_SERVER_|npm_|VITEST|NODE_|INIT_CWD$|TEST$|DEV$|PROD$|MODE$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** A new user has no configuration yet, wherever the developer keeps theirs. */
function newHome(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local/share'),
    XDG_STATE_HOME: path.join(home, '.local/state'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
  };
}

async function listeningPort(child: ChildProcess, ended: Promise<void>): Promise<number> {
  const { stdout } = child;
  if (!stdout) throw new Error('the server has no output');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const deadline = setTimeout(() => reject(new Error('it took more than 30 s')), 30_000);
  const lines = createInterface({ input: stdout }).on('line', (line) => {
    const port = /agent listening on (\d+)/.exec(line)?.[1];
    if (port) resolve(Number(port));
  });
  void ended.then(() => reject(new Error('it ended')));
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    lines.close();
    stdout.resume();
  }
}

async function stopServer(child: ChildProcess, own: Scratch, runDir: string): Promise<void> {
  await endProcesses(runDir, child.pid === undefined ? [] : [child.pid]);
  removeFolder(runDir);
}

function pageQuery({ folder, workspace, payload }: PageOptions = {}): string {
  const query = new URLSearchParams();
  if (folder) query.set('folder', folder);
  if (workspace) query.set('workspace', workspace);
  if (payload) query.set('payload', JSON.stringify(payload));
  return query.size > 0 ? `?${query}` : '';
}

/**
 * The page asks for syntax colours and the terminal below the server's own node_modules, where a release of VS Code
 * has them. npm puts them next to the server instead.
 */
function linkModules(): void {
  const modules = path.join(serverMain, '../../node_modules');
  fs.mkdirSync(modules, { recursive: true });
  for (const name of ['vscode-oniguruma', 'vscode-textmate', '@xterm']) {
    const link = path.join(modules, name);
    if (fs.existsSync(link)) continue;
    fs.rmSync(link, { force: true }); // a link to nowhere, when the checkout was moved
    fs.symlinkSync(path.join(import.meta.dirname, 'node_modules', name), link, 'junction');
  }
}

function writeJson(file: string, value: unknown): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
