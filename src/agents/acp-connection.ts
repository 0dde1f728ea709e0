import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import * as acp from '@agentclientprotocol/sdk';
import { LineclearError } from '../contract/errors.ts';
import { createAcpClient } from './acp-client.ts';
import { describeEnd } from './acp-error.ts';
import { createAcpReports } from './acp-reports.ts';
import type { AcpReports } from './acp-reports.ts';
import { LineTooLong, openAcpStream } from './acp-stream.ts';
import { parseUpdate } from './acp-update.ts';
import type { AcpUpdate } from './acp-update.ts';
import type { AgentEnd, AgentHandlers, AgentLaunch } from './agent.ts';
import { plainText } from './plain-text.ts';
import { startProcessTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';
import { collectStrayLines } from './stray-lines.ts';
import { openWorkspacePaths } from './workspace-paths.ts';

/** A started agent and what connects us with it. */
export interface AcpConnection {
  readonly tree: ProcessTree;
  readonly reports: AcpReports;
  readonly ended: Promise<AgentEnd>;
  /** Throws the agent's error reply, or a LineclearError when the connection breaks before it answers. */
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** From now on it is this session whose updates count; those that came before are handled now. */
  openSession(sessionId: string): void;
  /** Settles when everything that was received has been reported. */
  settled(): Promise<void>;
  /** Questions and permissions wait for a person until the signal is aborted. */
  beginTurn(signal: AbortSignal): void;
  /** Why an agent is given up that did not open a session in time. */
  lateError(waitedMs: number): LineclearError;
}

/** Updates that may come before the answer that tells the id of their session. */
const EARLY_UPDATES = 1_000;
/** Characters of standard error that are kept. */
const STDERR = 4_096;
/** Milliseconds for what is still in the pipes of a process that has ended. */
const DRAIN = 500;

/** Starts a program and speaks ACP with it. Throws `agent_not_startable`. */
export async function openAcpConnection(
  { name, command, cwd, env, mark }: AgentLaunch,
  handlers: AgentHandlers,
  graceMs: number,
): Promise<AcpConnection> {
  const tree = await startProcessTree(command, { cwd, env, graceMs, mark });
  handlers.processStarted(tree.process);
  const reports = createAcpReports({
    agentName: name,
    workspace: openWorkspacePaths(cwd),
    report: (report) => handlers.report(report),
    keepContent: (text) => handlers.keepContent(text),
    now: () => Date.now(),
  });
  const broken = Promise.withResolvers<LineclearError>();
  const stray = collectStrayLines(name);
  const early: { sessionId: string; update: AcpUpdate }[] = [];
  let session: string | undefined;
  let handling = Promise.resolve();
  let turn: AbortSignal | undefined;
  let stderr = '';

  const breakWith = (reason: LineclearError) => {
    broken.resolve(reason);
    stopQuietly(tree);
  };

  const handle = (sessionId: string, update: AcpUpdate): Promise<void> => {
    if (sessionId === session) handling = handling.then(() => reports.update(update));
    return handling;
  };

  const stream = openAcpStream(tree.child, {
    async onNotification(method, params) {
      const found = method === acp.methods.client.session.update ? parseUpdate(params) : undefined;
      if (!found?.update) return;
      const { sessionId, update } = found;
      if (session !== undefined) await handle(sessionId, update);
      else if (early.length < EARLY_UPDATES) early.push({ sessionId, update });
    },
    onStray(line) {
      reports.addStderr(`${line}\n`);
      if (stray.add(line)) breakWith(stray.error());
    },
  });

  const connection = createAcpClient({
    handlers,
    reports,
    settled: () => handling,
    turn: () => turn,
  }).connect(stream);

  tree.child.stdin.on('error', () => undefined); // it has ended, which is told by its exit
  tree.child.stderr.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    stderr = (stderr + text).slice(-STDERR);
    reports.addStderr(text);
  });

  const ended = once(tree.child, 'exit').then(async ([code, signal]: unknown[]): Promise<AgentEnd> => {
    const closed = Promise.all([connection.closed, once(tree.child, 'close')]);
    // What it started may go on, and hold the pipes open.
    stopQuietly(tree);
    await Promise.race([closed, delay(DRAIN)]);
    return {
      exitCode: typeof code === 'number' ? code : undefined,
      signal: typeof signal === 'string' ? signal : undefined,
      stderr: plainText(stderr),
    };
  });

  void ended.then((end) => {
    const code = session === undefined ? 'agent_not_startable' : 'agent_failed';
    const printed = end.stderr.trim() === '' && stray.text !== '' ? `: ${stray.text}` : '';
    broken.resolve(new LineclearError(code, `${name} ${describeEnd(end)}${printed}`));
    connection.close();
    reports.flush();
  });

  void connection.closed.then(async () => {
    const reason: unknown = connection.signal.reason;
    const isTooLong = reason instanceof LineTooLong;
    // Else its output ends mostly because the process does, and how that ended says more.
    if (!isTooLong) await Promise.race([ended, delay(2 * DRAIN)]);
    const words = isTooLong ? reason.message : 'It closed its output.';
    breakWith(new LineclearError('agent_protocol', `${name} broke off the connection. ${words}`));
  });

  return {
    tree,
    reports,
    ended,
    async request(method, params) {
      try {
        const answer = connection.agent.request(method, params);
        return await Promise.race([answer, broken.promise.then((error) => Promise.reject(error))]);
      } catch (error) {
        if (error instanceof acp.RequestError || error instanceof LineclearError) throw error;
        throw await broken.promise;
      }
    },
    notify(method, params) {
      void connection.agent.notify(method, params).catch(() => undefined); // nobody is left to be told
    },
    openSession(sessionId) {
      session = sessionId;
      for (const { sessionId: owner, update } of early.splice(0)) void handle(owner, update);
    },
    settled: () => handling,
    beginTurn(signal) {
      turn = signal;
    },
    lateError: (waitedMs) =>
      stray.text === ''
        ? new LineclearError(
            'agent_timeout',
            `${name} did not open a session within ${(waitedMs / 1000).toFixed(1)} s.`,
          )
        : stray.error(),
  };
}

/** Whoever calls `stop` is told when it fails. */
function stopQuietly(tree: ProcessTree): void {
  tree.stop().catch(() => undefined);
}
