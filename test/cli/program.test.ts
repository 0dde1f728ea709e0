import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { VERSION } from '../../src/app-info.ts';
import { composition } from '../../src/cli-composition.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { createWorkspace } from './workspace.ts';

describe('lineclear', () => {
  it('tells its version and its exit codes, and touches nothing', async () => {
    const { run, root } = createWorkspace();
    expect((await run(['--version'])).stdout).toBe(`${VERSION}\n`);
    const help = await run(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain('3    nothing to decide');
    expect(fs.readdirSync(root)).toEqual([]);
  });

  it('gives examples of every command', async () => {
    const shown = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    onTestFinished(() => shown.mockRestore());
    const helpOf = async (...args: readonly string[]) => {
      shown.mockClear();
      expect(await runCli([...args, '--help'], composition)).toBe(0);
      return shown.mock.calls.map(([text]) => String(text)).join('');
    };
    const lines = (await helpOf()).matchAll(/^ {2}([a-z][a-z-]*)(?: \S+)* {2,}\S/gm);
    const names = [...lines].map(([, name = '']) => name).filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) expect(await helpOf(name)).toContain(`Examples:\n  `);
  });

  it('refuses what it does not know, with exit code 2', async () => {
    const { run } = createWorkspace();
    const typo = await run(['aprove']);
    expect([typo.code, typo.stdout]).toEqual([2, '']);
    expect(typo.stderr).toContain('(Did you mean approve?)');
    const asJson = await run(['list', '--everything', '--json']);
    expect([asJson.code, JSON.parse(asJson.stderr)]).toMatchObject([2, { error: { code: 'usage' } }]);
    expect((await run([])).code).toBe(2);
    expect((await run(['list', '--agents', '--inbox'])).code).toBe(2);
  });

  it('says where everything is', async () => {
    const { root, logFile, run } = createWorkspace();
    const inside = path.join(root, 'src');
    fs.mkdirSync(inside);
    expect((await run(['where'])).stderr).toContain('There is no log in');
    await run(['create', 'Fix the login']);
    expect(JSON.parse((await run(['where', '--json'])).stdout)).toMatchObject({
      root,
      log: logFile,
      config_files: [],
      user_id: 'maria',
      orchestrator: null,
    });
    expect((await run(['where'])).stdout).toContain(`Workspace      ${root}\n`);
    expect((await run(['where', '--root', 'nowhere'])).stderr).toContain("there is no folder 'nowhere'");
  });

  it('says what to do about a damaged log', async () => {
    const { logFile, run } = createWorkspace();
    await run(['create', 'Fix the login']);
    for (const file of [`${logFile}-wal`, `${logFile}-shm`]) fs.rmSync(file, { force: true });
    fs.writeFileSync(logFile, 'this is not a database, but long enough to look like one '.repeat(100));
    const { code, stdout, stderr } = await run(['list']);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${logFile} is not a SQLite database`);
    expect(stderr).toContain('Keep the file, move it away, and import your last export.');
  });

  it('says what is wrong in a file of configuration', async () => {
    const { root, run } = createWorkspace();
    fs.mkdirSync(path.join(root, '.lineclear'));
    fs.writeFileSync(path.join(root, '.lineclear', 'config.toml'), '[roles]\nplaner = "x"\n');
    const { code, stderr } = await run(['list']);
    expect(code).toBe(1);
    expect(stderr).toContain('config.toml:2: roles.planer: is not a known key');
  });
});

describe('serve', () => {
  it('says when it starts, ends when idle, and a second one works beside it', async () => {
    const { run, start } = createWorkspace();
    const first = start(['serve', '--stay']);
    await expect.poll(first.output).toContain('orchestrating');
    const second = start(['serve', '--stay']);
    await expect.poll(second.output).toContain('orchestrating');
    const third = start(['serve', '--no-wait']);
    await expect.poll(() => third.exitCode).toBe(0);
    expect(third.output()).toContain('ended: not needed');
    expect(JSON.parse((await run(['where', '--json'])).stdout).orchestrator).toMatchObject({
      pid: first.pid,
    });
    first.kill('SIGINT');
    await expect.poll(() => first.exitCode).toBe(0);
    expect(JSON.parse((await run(['where', '--json'])).stdout).orchestrator).toMatchObject({
      pid: second.pid,
    });
    second.kill('SIGINT');
    await expect.poll(() => second.exitCode).toBe(0);
  });
});
