import * as acp from '@agentclientprotocol/sdk';
import * as z from 'zod';
import { LineclearError } from '../contract/errors.ts';
import type { AcpConnection } from './acp-connection.ts';
import { agentFailed } from './acp-error.ts';
import { parseNewSession, parseSessionModel } from './acp-update.ts';
import type { AgentLaunch } from './agent.ts';

export interface OpenedSession {
  readonly sessionId: string;
  /** What became of the session that was to be resumed, in words; undefined when there was none. */
  readonly resumption: string | undefined;
}

const capable = z
  .object({})
  .nullish()
  .transform((value) => value !== undefined && value !== null)
  .catch(false);
const hello = z.object({
  protocolVersion: z.number(),
  authMethods: z.array(z.object({ name: z.string() })).catch([]),
  agentCapabilities: z
    .object({
      loadSession: z.boolean().catch(false),
      sessionCapabilities: z.object({ resume: capable }).catch({ resume: false }),
    })
    .catch({ loadSession: false, sessionCapabilities: { resume: false } }),
});
type Greeting = z.infer<typeof hello>;

/** Greets an agent and opens a session: the one that is to be resumed where the agent can, otherwise a new one. */
export async function openAcpSession(connection: AcpConnection, launch: AgentLaunch): Promise<OpenedSession> {
  const greeting = await greet(connection, launch.name);
  const { resume } = launch;
  const method = methodFor(greeting);
  if (resume === undefined || method === undefined) return await openNew(connection, launch, greeting);
  try {
    const { sessionId } = resume;
    const answer = await connection.request(method, { sessionId, cwd: launch.cwd, mcpServers: [] });
    connection.resumeSession(resume);
    const model = parseSessionModel(answer);
    if (model !== undefined) connection.reports.useModel(model);
    return { sessionId, resumption: 'went on with its earlier session' };
  } catch (error) {
    // A connection that is broken says so again, and then it counts.
    const opened = await openNew(connection, launch, greeting);
    const words = agentFailed(launch.name, error).message;
    return {
      ...opened,
      resumption: `began anew, because its earlier session could not be resumed: ${words}`,
    };
  }
}

/** What resumes a session without telling all of it again is better. */
function methodFor({ agentCapabilities }: Greeting): string | undefined {
  const { loadSession, sessionCapabilities } = agentCapabilities;
  if (sessionCapabilities.resume) return acp.methods.agent.session.resume;
  return loadSession ? acp.methods.agent.session.load : undefined;
}

async function greet(connection: AcpConnection, name: string): Promise<Greeting> {
  const greeting = hello.safeParse(
    await connection.request(acp.methods.agent.initialize, {
      protocolVersion: acp.PROTOCOL_VERSION,
      clientInfo: { name: 'lineclear', title: 'Lineclear', version: '1' },
      // Agents read and write files by themselves; what they change is told by their tool calls.
      clientCapabilities: {
        fs: { readTextFile: false, writeTextFile: false },
        terminal: false,
        elicitation: { form: {} },
      },
    }),
  ).data;
  if (greeting?.protocolVersion === acp.PROTOCOL_VERSION) return greeting;
  const spoken = greeting ? `version ${greeting.protocolVersion}` : 'no version';
  throw new LineclearError(
    'agent_protocol',
    `${name} speaks ${spoken} of the Agent Client Protocol; version ${acp.PROTOCOL_VERSION} is needed.`,
  );
}

async function openNew(
  connection: AcpConnection,
  { name, cwd }: AgentLaunch,
  { authMethods }: Greeting,
): Promise<OpenedSession> {
  const answer = await connection
    .request(acp.methods.agent.session.new, { cwd, mcpServers: [] })
    .catch((error: unknown) => {
      throw withSignIn(
        name,
        error,
        authMethods.map((method) => method.name),
      );
    });
  const session = parseNewSession(answer);
  if (!session) throw new LineclearError('agent_protocol', `${name} opened a session without an id.`);
  if (session.model !== undefined) connection.reports.useModel(session.model);
  connection.openSession(session.sessionId);
  return { sessionId: session.sessionId, resumption: undefined };
}

/** Code of ACP for "authentication required". */
const AUTH_REQUIRED = -32_000;

function withSignIn(name: string, error: unknown, methods: readonly string[]): LineclearError {
  const failed = agentFailed(name, error);
  if (!(error instanceof acp.RequestError) || error.code !== AUTH_REQUIRED || methods.length === 0)
    return failed;
  return new LineclearError(
    'agent_not_signed_in',
    `${failed.message}. Start ${name} in a terminal and sign in there (${methods.join(', ')}).`,
    { cause: error },
  );
}
