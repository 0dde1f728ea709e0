import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

it('shows what would change, switches on, takes over and undoes', async () => {
  const { root, run, start } = createWorkspace();
  const full = (file: string) => path.join(root, file);
  const read = (file: string) => fs.readFileSync(full(file), 'utf8');
  const out = async (...args: string[]) => {
    const { stdout, stderr } = await run(['instructions', ...args]);
    return stdout + stderr;
  };
  fs.writeFileSync(full('AGENTS.md'), 'Mine.\n');
  fs.symlinkSync('AGENTS.md', full('CLAUDE.md'));
  await run(['memory', 'write', 'instructions/tests', '# Tests\n\nRun them.']);
  expect(await out('status')).toBe(
    'Off. Switch it on: lineclear instructions on\nAGENTS.md  to be written\nCLAUDE.md  link to AGENTS.md\n',
  );
  expect(await out('diff')).toMatch(
    /^AGENTS\.md: would be written\n@@ -1,0 \+2,\d+ @@\n\+\n\+<!-- lineclear:begin[^]*\+Run them\./,
  );
  expect(read('AGENTS.md')).toBe('Mine.\n');
  expect((await run(['instructions', 'sync'])).code).toBe(3);

  expect(await out('on')).toContain('AGENTS.md  same\n');
  expect(read('.lineclear/config.toml')).toContain('\n[instructions]\nenabled = true\n');
  expect(read('CLAUDE.md')).toMatch(/^Mine\.\n\n<!-- lineclear:begin/);
  const edit = (from: string, to: string) =>
    fs.writeFileSync(full('AGENTS.md'), read('AGENTS.md').replace(from, to));
  edit('Run them.', 'Skip them.');
  expect(await out('diff')).toMatch(/^AGENTS\.md: edited\n@@ .* @@\n-Run them\.\n\+Skip them\.\n$/);
  expect(await out()).toBe(
    'On: the notes of instructions are the same in these files.\n' +
      'AGENTS.md  edited             lineclear instructions take-over AGENTS.md, or undo AGENTS.md\n' +
      'CLAUDE.md  link to AGENTS.md\n',
  );
  expect((await run(['inbox'])).stdout).toMatch(
    /^≠ AGENTS\.md: edited\n {4}lineclear instructions diff AGENTS\.md\n/,
  );
  expect(await out('undo', 'AGENTS.md')).toBe('AGENTS.md has the section as the notes say.\n');
  expect(read('AGENTS.md')).toContain('Run them.');
  edit('Run them.', 'Run all.');
  expect(await out('take-over', 'AGENTS.md')).toBe('AGENTS.md is taken over:\n  changed  Tests\n');
  expect(JSON.parse((await run(['memory', 'get', 'instructions/tests', '--json'])).stdout)).toMatchObject({
    body: '# Tests\n\nRun all.\n',
    agent_id: 'user:maria',
  });

  // The process that serves keeps them, too, and hears of it when that is switched off.
  const serving = start(['serve', '--stay']);
  await run(['memory', 'write', 'instructions/tests', '# Tests\n\nRun them all.']);
  await expect.poll(() => read('AGENTS.md'), { timeout: 60_000 }).toContain('Run them all.');
  edit('Run them all.', 'Skip.');
  await expect
    .poll(() => serving.output(), { timeout: 60_000 })
    .toContain('AGENTS.md: edited; it waits for you');
  expect(await out('off')).toContain('The files are left as they are');
  expect(read('.lineclear/config.toml')).toContain('enabled = false');
}, 180_000);
