import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startAcpAgent } from './acp.ts';
import type { AgentLaunch } from './agent.ts';
import { type KnownAgent, isOnPath, knownAgents } from './known-agents.ts';
import { type RegistryAgent, readRegistry } from './registry.ts';

/** An agent that a person may connect. */
export interface ConnectableAgent extends KnownAgent {
  /** For the configuration. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /**
   * `installed`: on the PATH. `configured`: named in the configuration; whether it is there is seen when it starts.
   * `fetched`: npx or uvx brings it when it starts. `missing`: to be installed first.
   */
  readonly state: 'installed' | 'configured' | 'fetched' | 'missing';
  readonly version: string | undefined;
  /** A command line, or the address of a page that tells; undefined where nothing is known. */
  readonly install: string | undefined;
}

export interface ConnectableAgents {
  /** Those that can be given roles already come first. */
  readonly agents: readonly ConnectableAgent[];
  /** Why the registry could not be read and the list that came with Lineclear was taken, when that is so. */
  readonly problem: string | undefined;
}

interface ListOptions {
  readonly registryUrl: string;
  /** Those that can be given roles already, by their names in a configuration. */
  readonly own: Readonly<Record<string, KnownAgent>>;
  readonly signal: AbortSignal;
}

const VERSION_LIMIT = 5_000;
const START_LIMIT = 60_000;

/** Looks up versions and the registry; only for a person who asked for the list, because it runs programs and reads the net. */
export async function listConnectable({ registryUrl, own, signal }: ListOptions): Promise<ConnectableAgents> {
  const [here, registry] = await Promise.all([
    Promise.all(Object.entries(own).map(([name, agent]) => describeOwn(name, agent, signal))),
    readRegistry({ url: registryUrl, signal }),
  ]);
  const others = registry.agents.map(describeListed).filter(({ name }) => !Object.hasOwn(own, name));
  return { agents: [...here, ...others], problem: registry.problem };
}

async function describeOwn(name: string, agent: KnownAgent, signal: AbortSignal): Promise<ConnectableAgent> {
  const known = knownAgents[name];
  const { title = name, install } = known ?? {};
  const [program] = agent.command;
  const about = { ...agent, name, title, install, description: agent.command.join(' ') };
  // A program of another name, such as `node`, would tell a version that is not the agent's.
  if (known?.command[0] !== program || !isOnPath(program, process.env))
    return { ...about, state: 'configured', version: undefined };
  return { ...about, state: 'installed', version: await readVersion(program, signal) };
}

function describeListed({
  id,
  name: title,
  description,
  command,
  env,
  repository,
}: RegistryAgent): ConnectableAgent {
  const [name, known] = Object.entries(knownAgents).find(([, { ids }]) => ids.includes(id)) ?? [id];
  const about = { name, title, description, env, version: undefined, install: known?.install ?? repository };
  return command
    ? { ...about, command, state: 'fetched' }
    : { ...about, command: known?.command ?? [id], state: 'missing' };
}

const run = promisify(execFile);

/** What a program says that its version is; undefined when it does not say one. */
async function readVersion(program: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, ['--version'], {
      signal,
      timeout: VERSION_LIMIT,
      maxBuffer: 65_536,
      windowsHide: true,
    });
    return /\d+\.\d+[\w.+-]*/.exec(stdout)?.[0];
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

/** Starts an agent, opens a session and ends it again. Throws what `StartAgent` throws when that does not work. */
export async function testAgent(launch: AgentLaunch, signal: AbortSignal): Promise<void> {
  const session = await startAcpAgent(
    launch,
    {
      processStarted: () => undefined,
      report: () => undefined,
      keepContent: () => Promise.resolve(undefined),
      decidePermission: () => Promise.resolve('deny'),
      answerQuestion: () => Promise.resolve(undefined),
    },
    AbortSignal.any([signal, AbortSignal.timeout(START_LIMIT)]),
  );
  await session.stop();
}
