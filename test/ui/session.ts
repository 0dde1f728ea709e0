import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { thisTarget, vsixPath } from '../../scripts/targets.ts';
import { launchBrowser, newUser } from '../host/browser.ts';
import { scratch } from '../host/scratch.ts';
import { startServer } from '../host/server.ts';
import type { PageOptions, Server, ServerOptions } from '../host/server.ts';
import { installVsix } from '../host/vsix.ts';
import { Window } from './window.ts';

export interface SessionOptions extends ServerOptions {
  /** Default: $VSIX, or what `npm run package` made for this platform. */
  readonly vsix?: string;
}

export interface OpenOptions extends PageOptions {
  /** Default: the session's one user. */
  readonly user?: BrowserContext;
}

/** One VS Code with the extension installed, its users and their windows, for the tests of one file. */
export class Session {
  readonly server: Server;
  readonly browser: Browser;
  #users: BrowserContext[] = [];

  constructor(server: Server, browser: Browser) {
    this.server = server;
    this.browser = browser;
  }

  static async start({ vsix, ...options }: SessionOptions = {}): Promise<Session> {
    const extensionsDir = options.extensionsDir ?? scratch().makeFolder('extensions');
    const installed = installVsix(vsix ?? process.env['VSIX'] ?? vsixPath(thisTarget()), extensionsDir);
    const [browser] = await Promise.all([launchBrowser(), installed]);
    return new Session(await startServer({ ...options, extensionsDir }), browser);
  }

  /** An empty folder to open. */
  makeFolder(name = 'workspace'): string {
    return scratch().makeFolder(name);
  }

  /** Another user: no layout, no trusted folders, no global state. */
  async addUser(options?: BrowserContextOptions): Promise<BrowserContext> {
    const user = await newUser(this.browser, options);
    this.#users.push(user);
    return user;
  }

  /** A window, by default of the session's first user. */
  async open({ user, ...options }: OpenOptions = {}): Promise<Window> {
    return await Window.open(user ?? this.#users[0] ?? (await this.addUser()), this.server, options);
  }

  /** What is open now, of all users. */
  get pages() {
    return this.#users.flatMap((user) => user.pages());
  }

  /** The next test begins with a new user and without windows. */
  async forgetUsers(): Promise<void> {
    await Promise.all(this.#users.splice(0).map((user) => user.close()));
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    await scratch().close();
  }
}
