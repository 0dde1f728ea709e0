import { setTimeout as delay } from 'node:timers/promises';
import * as acp from '@agentclientprotocol/sdk';
import { LineclearError } from '../contract/errors.ts';
import { createAcpClient } from './acp-client.ts';
import { createSessionReports } from './session-reports.ts';
import type { SessionReports } from './session-reports.ts';
import { openAcpStream } from './acp-stream.ts';
import { parseUpdate } from './acp-update.ts';
import type { AgentUpdate } from './agent-update.ts';
import type { AgentEnd, AgentHandlers, AgentLaunch, EarlierSession } from './agent.ts';
import { LineTooLong } from './lines.ts';
import { describeEnd, watchProcess } from './process-end.ts';
import { startProcessTree } from './process-tree.ts';
import type { ProcessTree } from './process-tree.ts';
import { collectStrayLines } from './stray-lines.ts';
import { openWorkspacePaths } from './workspace-paths.ts';

/** A started agent and what connects us with it. */
export interface AcpConnection {
  readonly tree: ProcessTree;
  readonly reports: SessionReports;
  readonly ended: Promise<AgentEnd>;
  /** Throws the agent's error reply, or a LineclearError when the connection breaks before it answers. */
  request(method: string, params: unknown): Promise<unknown>;
  notify(method: string, params: unknown): void;
  /** From now on it is this session whose updates count; those that came before are handled now. */
  openSession(sessionId: string): void;
  /** The same with a session of an earlier process; what it told of its past is not told again. */
  resumeSession(session: EarlierSession): void;
  /** Settles when everything that was received has been reported. */
  settled(): Promise<void>;
  /** Questions and permissions wait for a person until the signal is aborted. */
  beginTurn(signal: AbortSignal): void;
  /** Why an agent is given up that did not open a session in time. */
  lateError(waitedMs: number): LineclearError;
}

/** Updates that may come before the answer that tells the id of their session. */
const EARLY_UPDATES = 1_000;
/** Milliseconds in which a program that closes its output is taken for one that ends. */
const CLOSING = 1_000;

/** Starts a program and speaks ACP with it. Throws `agent_not_startable`. */
export async function openAcpConnection(
  { name, command, cwd, env, mark }: AgentLaunch,
  handlers: AgentHandlers,
  graceMs: number,
): Promise<AcpConnection> {
  const tree = await startProcessTree(command, { cwd, env, graceMs, mark });
  handlers.processStarted(tree.process);
  const reports = createSessionReports({
    agentName: name,
    workspace: openWorkspacePaths(cwd),
    report: (report) => handlers.report(report),
    keepContent: (text) => handlers.keepContent(text),
    now: () => Date.now(),
    elapsed: () => performance.now(),
  });
  const broken = Promise.withResolvers<LineclearError>();
  const stray = collectStrayLines(name);
  const early: { sessionId: string; update: AgentUpdate }[] = [];
  let session: string | undefined;
  let handling = Promise.resolve();
  let turn: AbortSignal | undefined;

  const breakWith = (reason: LineclearError) => {
    broken.resolve(reason);
    tree.stop().catch(() => undefined); // whoever calls `stop` is told when it fails
  };

  const handle = (sessionId: string, update: AgentUpdate): Promise<void> => {
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
  const ended = watchProcess(tree, {
    onStderr: (text) => reports.addStderr(text),
    drained: () => connection.closed,
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
    if (!isTooLong) await Promise.race([ended, delay(CLOSING)]);
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
    resumeSession({ sessionId, costUsd }) {
      session = sessionId;
      reports.adopt({ kind: 'usage', used: undefined, costUsd });
      for (const { sessionId: owner, update } of early.splice(0))
        if (owner === sessionId) reports.adopt(update.kind === 'usage' ? { ...update, costUsd } : update);
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
