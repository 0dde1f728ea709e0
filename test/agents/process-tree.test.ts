import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { findProcess } from '../../src/agents/process-list.ts';
import { identifyProcess, isAlive, startProcessTree, stopLeftTree } from '../../src/agents/process-tree.ts';
import type { ProcessTree } from '../../src/agents/process-tree.ts';

const IDLE = 'setTimeout(() => undefined, 600_000);';
const spawnIdle = (options: string, code = IDLE) =>
  `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(code)}], { stdio: 'ignore', ${options} })`;

/** Runs a script that prints the pids of what it started, in one line. */
async function startScript(
  script: string,
  graceMs?: number,
  mark?: string,
): Promise<{ tree: ProcessTree; pids: number[] }> {
  const command = [process.execPath, '-e', script] as const;
  const tree = await startProcessTree(command, { cwd: os.tmpdir(), env: {}, graceMs, mark });
  onTestFinished(() => tree.stop());
  const [line]: unknown[] = await once(createInterface({ input: tree.child.stdout }), 'line');
  return { tree, pids: String(line).split(' ').map(Number) };
}

const areGone = (pids: readonly number[]) => pids.every((pid) => !findProcess(pid));

test('stop ends children, grandchildren, and those in groups of their own', async () => {
  const grandchild = `${spawnIdle('detached: true')}; ${IDLE}`;
  const { tree, pids } = await startScript(`
    const children = [${spawnIdle('')}, ${spawnIdle('detached: true')}, ${spawnIdle('', grandchild)}];
    console.log(process.pid, ...children.map((child) => child.pid)); ${IDLE}`);
  expect(pids.some((pid) => !findProcess(pid))).toBe(false);
  await tree.stop();
  expect(areGone(pids)).toBe(true);
});

test('what ignores SIGTERM is killed after the grace time', async () => {
  const stubborn = `process.on('SIGTERM', () => undefined); ${IDLE}`;
  const { tree, pids } = await startScript(
    `process.on('SIGTERM', () => undefined); console.log(${spawnIdle('', stubborn)}.pid); ${IDLE}`,
    100,
  );
  const exit = once(tree.child, 'exit');
  await tree.stop();
  expect(await exit).toEqual([null, 'SIGKILL']);
  expect(areGone(pids)).toBe(true);
});

test('a child that its parent left behind is ended with the group', async () => {
  const { tree, pids } = await startScript(`console.log(${spawnIdle('')}.pid); process.exit(0)`);
  if (tree.child.exitCode === null) await once(tree.child, 'exit');
  expect(areGone(pids)).toBe(false);
  await tree.stop();
  expect(areGone(pids)).toBe(true);
});

test.runIf(process.platform === 'linux')(
  'a child in a group of its own that its parent left behind is found by what it inherited',
  async () => {
    const { tree, pids } = await startScript(
      `console.log(${spawnIdle('detached: true')}.pid); process.exit(0)`,
    );
    if (tree.child.exitCode === null) await once(tree.child, 'exit');
    expect(areGone(pids)).toBe(false);
    await tree.stop();
    expect(areGone(pids)).toBe(true);
  },
);

test('stopping what has ended is no error, and neither is stopping twice', async () => {
  const { tree } = await startScript('console.log(1)');
  await tree.stop();
  await tree.stop();
  expect(isAlive(tree.process)).toBe(false);
});

test('a process is alive until it has ended, as one that is not yet reaped, too', async () => {
  const { tree } = await startScript(`console.log(1); ${IDLE}`);
  expect(isAlive(tree.process)).toBe(true);
  process.kill(tree.process.pid, 'SIGKILL');
  // Not awaited by way of this process, which would reap it.
  while (isAlive(tree.process)) await new Promise((resolve) => setImmediate(resolve));
  expect(isAlive(tree.process)).toBe(false);
});

test('the same pid with another start time is another process', () => {
  const self = identifyProcess(process.pid);
  expect(isAlive(self)).toBe(true);
  expect(isAlive({ ...self, started: 'at another time' })).toBe(false);
});

test('nothing is known of a process of another machine, and it is not touched', async () => {
  const elsewhere = { ...identifyProcess(process.pid), host: 'elsewhere' };
  expect(isAlive(elsewhere)).toBeUndefined();
  expect(await stopLeftTree({ process: elsewhere })).toBe(false);
});

test('a leftover is stopped with its children, but only if it still is that process', async () => {
  const { tree, pids } = await startScript(`console.log(${spawnIdle('detached: true')}.pid); ${IDLE}`);
  expect(await stopLeftTree({ process: { ...tree.process, started: 'at another time' } })).toBe(false);
  expect(isAlive(tree.process)).toBe(true);
  expect(await stopLeftTree({ process: tree.process })).toBe(true);
  expect(areGone([tree.process.pid, ...pids])).toBe(true);
  expect(await stopLeftTree({ process: tree.process })).toBe(false);
});

test.runIf(process.platform === 'linux')(
  'what a program left behind is found by its mark, also when of the program nothing is known',
  async () => {
    const mark = randomUUID();
    const { tree, pids } = await startScript(
      `console.log(${spawnIdle('detached: true')}.pid); process.exit(0)`,
      undefined,
      mark,
    );
    if (tree.child.exitCode === null) await once(tree.child, 'exit');
    expect(await stopLeftTree({ process: tree.process })).toBe(false);
    expect(await stopLeftTree({ mark: randomUUID() })).toBe(false);
    expect(areGone(pids)).toBe(false);
    expect(await stopLeftTree({ mark })).toBe(true);
    expect(areGone(pids)).toBe(true);
    expect(await stopLeftTree({ mark })).toBe(false);
  },
);

test('looking at a hundred processes takes no work to speak of', () => {
  const self = identifyProcess(process.pid);
  const before = process.cpuUsage();
  for (let look = 0; look < 100; look += 1) isAlive(self);
  // Of the processor, in microseconds: what others do meanwhile does not count.
  const { user, system } = process.cpuUsage(before);
  expect(user + system).toBeLessThan(200_000);
});
