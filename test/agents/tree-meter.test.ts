import { once } from 'node:events';
import os from 'node:os';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { startProcessTree } from '../../src/agents/process-tree.ts';
import { createTreeMeter } from '../../src/agents/tree-meter.ts';

/** Runs a script until it has printed a line; `more` is its child, in a group of its own and left by its parent. */
async function startTree(script: string) {
  const command = [process.execPath, '-e', script] as const;
  const tree = await startProcessTree(command, { cwd: os.tmpdir(), env: {}, mark: crypto.randomUUID() });
  onTestFinished(() => tree.stop());
  await once(createInterface({ input: tree.child.stdout }), 'line');
  return tree;
}

const HOLD = `const held = Buffer.alloc(150 * 1024 * 1024, 1); process.stdout.write('ready\\n'); setInterval(() => held, 1e6);`;

test('memory, files and disk are those of the whole tree', async () => {
  const child = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(HOLD)}], { stdio: ['ignore', 'inherit', 'ignore'], detached: true })`;
  const tree = await startTree(`${child}; setInterval(() => undefined, 1e6);`);
  const [usage] = await createTreeMeter().measure([tree]);
  expect(usage?.memory_mb).toBeGreaterThan(200);
  if (process.platform === 'linux') {
    expect(usage?.file_count).toBeGreaterThan(20);
    expect(usage?.disk_usage_mb).toBeGreaterThanOrEqual(0);
  }
  expect(usage?.network_bytes).toBeUndefined();
});

test('CPU is that since the look before', async () => {
  const tree = await startTree(`process.stdout.write('ready\\n'); for (;;);`);
  const idle = await startTree(`process.stdout.write('ready\\n'); setInterval(() => undefined, 1e6);`);
  const meter = createTreeMeter();
  const [first] = await meter.measure([tree, idle]);
  expect(first?.cpu_percent).toBe(0);
  // Until the one has had the processor and the other has done with starting: nothing else tells when that is.
  let busy: number | undefined = 0;
  let rest: number | undefined = 0;
  while (busy === undefined || rest === undefined || busy < 20 || busy <= rest)
    [busy, rest] = (await meter.measure([tree, idle])).map((usage) => usage?.cpu_percent);
});

test('a tree that has ended and one of another machine have no figures', async () => {
  const tree = await startTree(`process.stdout.write('ready\\n'); setInterval(() => undefined, 1e6);`);
  const elsewhere = { process: { ...tree.process, host: 'elsewhere' } };
  const gone = await startTree(`process.stdout.write('ready\\n'); setInterval(() => undefined, 1e6);`);
  await gone.stop();
  const usages = await createTreeMeter().measure([elsewhere, gone, tree]);
  expect(usages.map((usage) => usage !== undefined)).toEqual([false, false, true]);
});
