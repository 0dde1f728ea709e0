import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../src/agents/process-tree.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

interface Orchestrator {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  readonly exited: Promise<unknown>;
}

function start({ root }: Workspace): Orchestrator {
  const file = path.join(import.meta.dirname, 'children/serve.ts');
  const child = spawn(process.execPath, [file, root], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trimEnd().split('\n')));
  const exited = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, lines, exited };
}

const coderOf = ({ app }: Workspace) => [...app.world.agents.values()].find(({ role }) => role === 'coder');

test.runIf(process.platform !== 'win32')(
  'an orchestrator that hung while another one took over does nothing more, and leaves the other one’s agents alone',
  { timeout: 60_000 },
  async () => {
    const workspace = await openWorkspace();
    onTestFinished(() => workspace.close());
    const { app, create, until, task } = workspace;
    const first = start(workspace);
    const id = await create('Add a table of contents to README.md [slow]');
    await until((world) => world.tasks.get(id)?.phase === 'plan_review');
    await app.execute({ command: 'approve_plan', task_id: id });
    await until(() => coderOf(workspace)?.status === 'working');
    const old = coderOf(workspace)?.process;
    first.child.kill('SIGSTOP');

    start(workspace);
    await until(() => task(id).chunks[0]?.attempt === 2 && coderOf(workspace)?.status === 'working');
    const successor = coderOf(workspace)?.process;
    expect([old && isAlive(old), successor && isAlive(successor)]).toEqual([false, true]);
    const { version } = task(id);

    first.child.kill('SIGCONT');
    await expect.poll(() => first.lines).toContain(`${id}: another orchestrator carries it on, or may do so`);
    await app.refresh();
    const late = await Array.fromAsync(app.events({ taskId: id, after: version }));
    expect(late.filter(({ type }) => type.startsWith('agent.') && type !== 'agent.output')).toEqual([]);
    expect(successor && isAlive(successor)).toBe(true);
    expect(coderOf(workspace)).toMatchObject({ status: 'working', process: successor });
    await app.execute({ command: 'cancel_task', task_id: id });
    await until((world) => world.tasks.get(id)?.cancelled?.stopped === true);
  },
);
