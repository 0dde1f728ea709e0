import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identifyProcess, isAlive } from '../../src/agents/process-tree.ts';
import type { AgentState } from '../../src/state/agent.ts';
import { agentStatus } from '../../src/state/agent-status.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

const coderOf = ({ app }: Workspace): AgentState | undefined =>
  [...app.world.agents.values()].find((agent) => agent.role === 'coder');

/** What a person reads beside the coder. */
const row = (workspace: Workspace): string => {
  const coder = coderOf(workspace);
  return coder ? agentStatus(workspace.app.world, coder, { now: Date.now() }).join(' · ') : 'no coder';
};

const kill = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
};

interface Scene {
  readonly workspace: Workspace;
  readonly taskId: string;
  readonly orchestrator: ChildProcess;
  readonly coder: number;
  readonly until: (fits: (coder: AgentState) => boolean) => Promise<void>;
}

/** A coder at work, under an orchestrator in a process of its own; and a window that follows. */
async function coderAtWork(): Promise<Scene> {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const { app, root, create } = workspace;
  const serve = path.join(import.meta.dirname, 'children/serve.ts');
  const orchestrator = spawn(process.execPath, [serve, root], { stdio: 'ignore' });
  const ended = once(orchestrator, 'exit');
  onTestFinished(async () => {
    kill(orchestrator.pid ?? 0, 'SIGCONT');
    orchestrator.kill('SIGTERM');
    await ended;
  });
  const taskId = await create('Add a table of contents to README.md [slow]');
  await workspace.until((world) => world.tasks.get(taskId)?.phase === 'plan_review');
  await app.execute({ command: 'approve_plan', task_id: taskId });
  const until: Scene['until'] = (fits) =>
    workspace.until(() => {
      const coder = coderOf(workspace);
      return coder !== undefined && fits(coder);
    });
  await until(({ status, process: running }) => status === 'working' && running !== undefined);
  const coder = coderOf(workspace)?.process?.pid ?? 0;
  onTestFinished(() => kill(coder, 'SIGKILL'));
  return { workspace, taskId, orchestrator, coder, until };
}

test('an agent that is killed has failed, as its orchestrator says, with the signal', async () => {
  const { workspace, coder, until } = await coderAtWork();
  kill(coder, 'SIGKILL');
  await until(({ status }) => status === 'failed');
  expect(row(workspace)).toContain('SIGKILL');
});

test('an agent that is killed with its orchestrator is lost, with the reason', async () => {
  const { workspace, orchestrator, coder, until } = await coderAtWork();
  orchestrator.kill('SIGKILL');
  kill(coder, 'SIGKILL');
  await until(({ status }) => status === 'lost');
  expect(row(workspace)).toMatch(RegExp(`^last seen .* · process ${coder} is gone$`));
});

test('an agent whose orchestrator was killed is lost though it runs, and ended by the next orchestrator', async () => {
  const { workspace, taskId, orchestrator, coder, until } = await coderAtWork();
  // It would end by itself when nobody listens any more; one that hangs does not.
  kill(coder, 'SIGSTOP');
  orchestrator.kill('SIGKILL');
  await until(({ status }) => status === 'lost');
  expect(row(workspace)).toContain(`process ${coder} still runs, but the orchestrator that ran it is gone`);
  const left = coderOf(workspace)?.process;
  expect(left && isAlive(left)).toBe(true);
  void workspace.serve();
  await workspace.until((world) => world.tasks.get(taskId)?.chunks[0]?.attempt === 2);
  expect(left && isAlive(left)).toBe(false);
});

test('a suspended agent does not respond, until it is continued', async () => {
  const { workspace, coder, until } = await coderAtWork();
  kill(coder, 'SIGSTOP');
  await until((agent) => agent.unresponsive_since !== undefined);
  expect(row(workspace)).toMatch(RegExp(`^not responding since .* · process ${coder} is suspended$`));
  kill(coder, 'SIGCONT');
  await until((agent) => agent.unresponsive_since === undefined);
  expect(coderOf(workspace)).toMatchObject({ status: 'working', reason: undefined });
});

test('agents of an orchestrator that hangs do not respond, until it goes on', async () => {
  const { workspace, orchestrator, until } = await coderAtWork();
  orchestrator.kill('SIGSTOP');
  await until((agent) => agent.unresponsive_since !== undefined);
  expect(row(workspace)).toContain('the orchestrator that runs it does not respond');
  orchestrator.kill('SIGCONT');
  await until((agent) => agent.unresponsive_since === undefined);
  expect(coderOf(workspace)).toMatchObject({ status: 'working' });
});

/** An agent that runs in a terminal of its own and told about itself at that time. */
async function seenAt(workspace: Workspace, timestamp: string, running: { pid: number; host: string }) {
  await workspace.app.emit({
    type: 'agent.started',
    timestamp,
    source: 'hook',
    source_agent_id: 'mine',
    call_chain: ['mine'],
    data: {
      agent_id: 'mine',
      agent_name: 'mine',
      previous_status: 'created',
      current_status: 'working',
      process: running,
    },
  });
}
const mine = ({ app }: Workspace) => app.world.agents.get('mine');

test('an agent whose process id was given to another process is lost', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const reused = { ...identifyProcess(process.pid), started: 'at another time' };
  await seenAt(workspace, new Date().toISOString(), reused);
  await workspace.until(() => mine(workspace)?.status === 'lost');
  expect(mine(workspace)?.reason).toBe(`process ${process.pid} is gone`);
});

test('an agent of another machine is lost when nothing was heard of it for long, and not before', async () => {
  const workspace = await openWorkspace();
  onTestFinished(() => workspace.close());
  const elsewhere = { pid: 7, host: `not-${os.hostname()}` };
  await seenAt(workspace, new Date().toISOString(), elsewhere);
  await workspace.app.checkAgents();
  expect(mine(workspace)?.status).toBe('working');
  await seenAt(workspace, new Date(Date.now() - 91_000).toISOString(), elsewhere);
  await workspace.app.checkAgents();
  expect(mine(workspace)).toMatchObject({
    status: 'lost',
    reason: `nothing was heard of it; process 7 on not-${os.hostname()} cannot be seen from here`,
  });
});
