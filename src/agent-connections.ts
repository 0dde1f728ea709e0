import type { ConnectableAgent, ConnectableAgents } from './agents/connectable.ts';
import type { Config } from './config.ts';
import { addAgent, editConfig } from './config-edit.ts';
import type { Role } from './contract/events/task.ts';

/** How a person takes agents into service. Nothing of it runs unless a person asks for it. */
export interface AgentConnections {
  /** The agents that are here, then those that the registry lists. */
  list(signal: AbortSignal): Promise<ConnectableAgents>;
  /** Starts it once, and throws why that does not work. */
  test(agent: ConnectableAgent, signal: AbortSignal): Promise<void>;
  /**
   * Writes it into the workspace's config.toml, with its roles; all else in it stays as it is. Returns the file. Counts
   * from the next time on that the configuration is read. Throws `invalid_config`.
   */
  configure(agent: ConnectableAgent, roles: readonly Role[]): string;
}

interface ConnectionsOptions {
  readonly root: string;
  readonly config: () => Config;
  /** Makes the file if it is missing. */
  readonly ensureConfigFile: () => string;
}

/** What speaks to agents is a third of the program, and is loaded when somebody asks for it. */
const connectable = () => import('./agents/connectable.ts');

export function createConnections({ root, config, ensureConfigFile }: ConnectionsOptions): AgentConnections {
  return {
    async list(signal) {
      const { listConnectable } = await connectable();
      const { orchestrator, registryUrl } = config();
      const speaking = Object.entries(orchestrator.agents).filter(([, { plain }]) => !plain);
      return await listConnectable({ registryUrl, own: Object.fromEntries(speaking), signal });
    },
    async test({ name, command, env }, signal) {
      const { testAgent } = await connectable();
      await testAgent({ name, command, env, cwd: root }, signal);
    },
    configure({ name, command, env }, roles) {
      const file = ensureConfigFile();
      editConfig(file, (text) => addAgent(text, { name, command, env, roles }));
      return file;
    },
  };
}
