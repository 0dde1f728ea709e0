import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { expect, test } from 'vitest';
import { stumblingAgents } from './stumbling.ts';
import { openWorkspace } from './workspace.ts';

const TOML = '[orchestrator]\nretry_delays = [0.02, 0.02]\n';

/** How often each of these is in the log of the whole task, however often its orchestrator dies. */
const COUNTS = {
  'task.started': 1,
  'plan.ready': 1,
  'plan.approved': 1,
  'chunk.completed': 3,
  'handoff.requested': 2,
  'handoff.rejected': 1,
  'handoff.validated': 1,
  'task.completed': 1,
  'metrics.completed': 1,
};

/** What is wrong with a task whose first orchestrator dies at an event, and whose second one begins at once. */
async function survive(sequence: number, moment: string): Promise<unknown> {
  const { startAgent } = stumblingAgents();
  const workspace = await openWorkspace({ startAgent, toml: TOML });
  try {
    const { app, root, create, until, task } = workspace;
    const id = await create('Work');
    const phase = () => app.world.tasks.get(id)?.phase ?? 'created';
    const file = path.join(import.meta.dirname, 'children', 'serve-until.ts');
    const first = spawn(process.execPath, [file, root, String(sequence), moment, 'stumbling'], {
      stdio: 'ignore',
    });
    const died = once(first, 'exit');
    const carriedOut = (async () => {
      await until(() => ['plan_review', 'failed'].includes(phase()));
      await app.execute({ command: 'approve_plan', task_id: id });
      await until(() => ['completed', 'failed'].includes(phase()));
    })();
    await Promise.race([died, carriedOut]);
    first.kill('SIGKILL');
    await died;
    void workspace.serve();
    await carriedOut;
    const idle = () => [...app.world.agents.values()].every(({ status }) => status !== 'idle');
    await until(idle);
    const events = await Array.fromAsync(app.events({ taskId: id }));
    const count = (type: string) => events.filter((event) => event.type === type).length;
    const begun = events.flatMap((event) =>
      event.type === 'chunk.started' ? [`${event.data.index}:${event.data.attempt}`] : [],
    );
    return {
      phase: phase(),
      counts: Object.fromEntries(Object.keys(COUNTS).map((type) => [type, count(type)])),
      begunTwice: begun.length - new Set(begun).size,
      leftParked: count('task.parked') - count('task.resumed'),
      ignored: task(id).ignored.count,
      live: [...app.world.agents.values()].filter(({ status }) => ['working', 'starting'].includes(status)),
    };
  } finally {
    await workspace.close();
  }
}

/** The whole life has about 60 events; with an even number it dies as it records one, else as it has acted on it. */
const SEQUENCES = Array.from({ length: 56 }, (_, index) => index + 2);

test(
  'whenever the orchestrator dies in a task that fails, waits, and is sent back, the next one goes on where the log says',
  { timeout: 180_000 },
  async () => {
    const outcomes = new Map<number, unknown>();
    const waiting = [...SEQUENCES];
    const work = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        outcomes.set(next, await survive(next, next % 2 === 0 ? 'recorded' : 'acted').catch(String));
    };
    await Promise.all([work(), work(), work()]);
    const good = { phase: 'completed', counts: COUNTS, begunTwice: 0, leftParked: 0, ignored: 0, live: [] };
    expect(Object.fromEntries(outcomes)).toEqual(
      Object.fromEntries(SEQUENCES.map((sequence) => [sequence, good])),
    );
  },
);
