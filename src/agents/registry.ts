import * as z from 'zod';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { readBounded } from './read-bounded.ts';
import bundled from './registry.json' with { type: 'json' };

/** An agent of the registry, as far as a person needs it to decide for it. */
export interface RegistryAgent {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly repository: string | undefined;
  /** What starts it without installing it first; undefined where it has to be installed. */
  readonly command: readonly [string, ...string[]] | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface RegistryListing {
  readonly agents: readonly RegistryAgent[];
  /** Why it is the list that came with Lineclear, when it is. */
  readonly problem: string | undefined;
}

interface RegistryOptions {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Milliseconds until it is given up. */
  readonly timeoutMs?: number;
}

export const REGISTRY_URL = 'https://cdn.agentclientprotocol.com/registry/v1/latest/registry.json';

const TIMEOUT = 5_000;

const launch = z.object({
  args: z.array(z.string()).default([]),
  env: z.record(z.string(), z.string()).default({}),
});
const packaged = launch.extend({ package: z.string().min(1) }).optional();
const agentSchema = z
  .object({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
    name: z.string().min(1),
    description: z.string().default(''),
    repository: z.string().optional(),
    distribution: z.object({ npx: packaged, uvx: packaged }),
  })
  .transform(({ distribution: { npx, uvx }, repository, ...agent }): RegistryAgent => ({
    ...agent,
    repository: repository?.startsWith('https://') ? repository : undefined,
    command: npx ? ['npx', '--yes', npx.package, ...npx.args] : uvx && ['uvx', uvx.package, ...uvx.args],
    env: (npx ?? uvx)?.env ?? {},
  }));
/** One entry that is of a newer form must not lose the others. */
const registrySchema = z
  .object({ agents: z.array(z.unknown()) })
  .transform(({ agents }) => agents.flatMap((agent) => agentSchema.safeParse(agent).data ?? []));

/** The agents of the registry at an address; those that came with Lineclear when it cannot be read. */
export async function readRegistry({
  url,
  signal,
  timeoutMs = TIMEOUT,
}: RegistryOptions): Promise<RegistryListing> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    return { agents: parseRegistry(await readBounded(url, limit)), problem: undefined };
  } catch (error) {
    signal.throwIfAborted();
    return { agents: registrySchema.parse(bundled), problem: messageOf(error) };
  }
}

function parseRegistry(text: string): RegistryAgent[] {
  const parsed = registrySchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.length > 0) return parsed.data;
  throw new LineclearError('registry_unusable', 'The list of agents is not in the form that is known.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
