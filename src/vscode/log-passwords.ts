import * as z from 'zod';
import type { LogServer } from '../app.ts';

/** VS Code's store of secrets, which the operating system encrypts. */
interface SecretStore {
  get(key: string): PromiseLike<string | undefined>;
  store(key: string, value: string): PromiseLike<void>;
  delete(key: string): PromiseLike<void>;
}

export interface LogPasswordsDeps {
  readonly secrets: SecretStore;
  /** The server of a workspace's log; undefined for one in a file. */
  readonly serverOf: (root: string) => LogServer | undefined;
}

const PREFIX = 'lineclear.log.password:';
const keyOf = ({ name }: LogServer): string => `${PREFIX}${name}`;

const withPasswords = z.looseObject({ log: z.looseObject({}).default({}) });

/**
 * Passwords of servers of logs that a person entered in VS Code, by server and user: in its store of secrets and in the
 * memory of this process, nowhere else. One is used only for the server that it was entered for, and only where neither the
 * environment nor a file of the person's own has one.
 */
export class LogPasswords {
  readonly #deps: LogPasswordsDeps;
  #known: { readonly server: LogServer; readonly password: string } | undefined;

  constructor(deps: LogPasswordsDeps) {
    this.#deps = deps;
  }

  serverOf(root: string): LogServer | undefined {
    return this.#deps.serverOf(root);
  }

  /** Looks up what the log of this workspace needs. */
  async load(root: string): Promise<void> {
    const server = this.serverOf(root);
    const password = server && !server.hasPassword ? await this.#deps.secrets.get(keyOf(server)) : undefined;
    this.#known = server && password !== undefined ? { server, password } : undefined;
  }

  /** Keeps one from now on. */
  async enter(server: LogServer, password: string): Promise<void> {
    await this.#deps.secrets.store(keyOf(server), password);
  }

  /** Whether there was one to forget. */
  async forget(server: LogServer): Promise<boolean> {
    const isKept = (await this.#deps.secrets.get(keyOf(server))) !== undefined;
    if (isKept) await this.#deps.secrets.delete(keyOf(server));
    if (this.#known?.server.name === server.name) this.#known = undefined;
    return isKept;
  }

  /** Whether another window entered or forgot the password that this one uses or lacks. */
  async isOther(key: string, root: string): Promise<boolean> {
    const server = this.serverOf(root);
    if (!server || server.hasPassword || key !== keyOf(server)) return false;
    return (await this.#deps.secrets.get(key)) !== this.#known?.password;
  }

  /** Settings in the form of config.toml, and the password that was looked up. */
  addTo(overrides: unknown): unknown {
    if (!this.#known) return overrides;
    const { server, password } = this.#known;
    const { log, ...others } = withPasswords.parse(overrides);
    return { ...others, log: { ...log, passwords: { [server.host]: password } } };
  }

  /** The same for a process of its own, which may not send it to another server. */
  get environment(): Readonly<Record<string, string>> {
    if (!this.#known) return {};
    const { server, password } = this.#known;
    return { LINECLEAR_LOG_URL: server.url, LINECLEAR_LOG_PASSWORD: password };
  }
}
