import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from './workspace.ts';

const modified = (file_path: string) => JSON.stringify({ operation: 'modify', file_path });

describe('emit', () => {
  it('fills in who did it', async () => {
    const { run } = createWorkspace();
    const data = modified('src/a.ts');
    const { stdout } = await run(['emit', 'file.modified', '--data', data, '--agent', 'coder-1', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      sequence: 1,
      source: 'cli',
      source_agent_id: 'coder-1',
      call_chain: ['user:maria', 'coder-1'],
    });
  });

  it('takes a whole event, as an argument or from stdin', async () => {
    const { run } = createWorkspace();
    const event = { type: 'test.passed', data: { name: 'unit' }, source: 'ci' };
    const given = await run(['emit', '--json', JSON.stringify(event)]);
    expect(JSON.parse(given.stdout)).toMatchObject({ source: 'ci', source_agent_id: 'user:maria' });
    expect((await run(['emit'], JSON.stringify(event))).stdout).toBe('Recorded test.passed as event 2.\n');
  });

  it('refuses an event of a task that was never created, and records nothing', async () => {
    const { run } = createWorkspace();
    const started = await run(['emit', 'task.started', '--task', 'nowhere', '--json']);
    expect([started.code, JSON.parse(started.stderr).error.code]).toEqual([1, 'task_not_found']);
    const created = ['emit', 'task.created', '--task', 'mine', '--data'];
    expect((await run([...created, '{"description":"Mine","interactive":true}'])).code).toBe(0);
    expect((await run(['emit', 'task.started', '--task', 'mine'])).stdout).toBe(
      'Recorded task.started as event 2.\n',
    );
  });

  it('refuses what is not valid, and names the field', async () => {
    const { run } = createWorkspace();
    const fieldOf = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await run([...args, '--json']);
      expect([code, stdout]).toEqual([1, '']);
      return JSON.parse(stderr).error.field;
    };
    expect(await fieldOf('emit', 'file.modified', '--data', '{"operation":"modify"}')).toBe('data.file_path');
    expect(await fieldOf('emit', 'file.modified', '--data', '{"operation":')).toBe('data');
    expect(await fieldOf('emit', 'file.vanished')).toBe('type');
    expect(await fieldOf('emit', '{"type":"test.passed","data":{"name":"a"},"colour":"red"}')).toBe('colour');
    expect((await run(['export'])).stdout).toBe('');
  });
});

const called = (agent: string, timestamp?: string) => ({
  type: 'provider.called',
  source: 'hook',
  source_agent_id: agent,
  timestamp,
  data: { provider: 'google', model: 'm', tokens_used: 1500, cost_usd: 0.25 },
});

describe('stats', () => {
  it('counts, of an agent and from a time on, also where an agent talks of long ago', async () => {
    const { run } = createWorkspace();
    for (const given of [called('coder-1'), called('coder-1', '2020-01-01T00:00:00Z'), called('planner-1')])
      await run(['emit', JSON.stringify(given)]);
    const born = { agent_id: 'coder-1', agent_name: 'gemini', role: 'coder' };
    const data = JSON.stringify({ ...born, previous_status: 'created', current_status: 'idle' });
    await run(['emit', 'agent.started', '--agent', 'coder-1', '--data', data]);

    const all = await run(['stats']);
    expect(all.stdout).toMatch(/^4 events · 3 in the last minute · 4.5k tokens · \$0.75\n/);
    expect(all.stdout).toContain('  coder-1    coder  3 events  3.0k tokens · $0.50  just now\n');
    const some = await run(['stats', '--since', '1h', '--agent', 'coder', '--json']);
    expect(JSON.parse(some.stdout)).toMatchObject({ total: 2, tokens_used: 1500, cost_usd: 0.25 });
    const old = await run(['stats', '--until', '2021-01-01', '--type', 'provider.called', '--json']);
    expect(JSON.parse(old.stdout)).toMatchObject({ total: 1, by_type: { 'provider.called': 1 } });
    expect((await run(['stats', '--type', 'agent.began'])).stderr).toContain('no such type of event');
    expect(JSON.parse((await run(['stats', '--agent', 'nobody', '--json'])).stderr).error.field).toBe(
      'agent',
    );
    expect((await run(['stats', '--since', 'soon'])).stderr).toContain('a length of time such as 30m');
  });
});

describe('tail', () => {
  it('follows what other processes record from now on, until Ctrl+C', async () => {
    const { run, start } = createWorkspace();
    await run(['emit', 'file.modified', '--data', modified('before.ts')]);
    const following = start(['tail', '--json']);
    // It says nothing until something happens, so what happens is repeated until it is heard.
    await expect
      .poll(async () => {
        await run(['emit', 'file.modified', '--data', modified('after.ts')]);
        return following.output();
      })
      .toContain('after.ts');
    expect(following.output()).not.toContain('before.ts');
    following.kill('SIGINT');
    await expect.poll(() => following.exitCode).toBe(0);
  });

  it('shows the past with --all, one line per event, without obeying it', async () => {
    const { run, start } = createWorkspace();
    const description = '\u001b[2Jgone \u009b1m';
    const data = JSON.stringify({ progress: 0, stage: 'edit', description });
    await run(['emit', 'agent.progress', '--agent', 'coder-1', '--data', data]);
    const following = start(['tail', '--all']);
    await expect.poll(following.output).toMatch(/^ +1 {2}[\d:]{8} {2}coder-1 {9}gone/);
    expect(following.output().replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('replay', () => {
  it('shows a task as it was, and what changed since', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    await run(['approve']);
    expect(JSON.parse((await run(['replay', '--until', '1', '--json'])).stdout).phase).toBe('created');
    const changed = await run(['replay', '--task', 'k3f9a', '--from', '1', '--until', '3', '--json']);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      before: { phase: 'created' },
      after: { phase: 'plan_review' },
      changes: expect.arrayContaining(['phase: created → plan_review']),
    });
    expect((await run(['replay', '--until', '3'])).stdout).toContain('plan in review');
    expect((await run(['replay', '--until', '99'])).stderr).toContain('the last one is 4');
    expect((await run(['replay', '--until', 'x'])).code).toBe(2);
    expect((await run(['replay', '--until', '2', '--from', '2'])).code).toBe(2);
  });
});

describe('export and import', () => {
  it('carry the same events into another workspace, once', async () => {
    const here = createWorkspace();
    const there = createWorkspace();
    await here.planWaits('fix-k3f9a', 'Fix the login');
    const file = path.join(here.root, 'backup.jsonl');
    expect((await here.run(['export', 'backup.jsonl'])).stdout).toBe('Exported 3 events to backup.jsonl\n');
    expect((await there.run(['import', file])).stdout).toBe('Imported 3 events.\n');
    expect((await there.run(['import', '-'], fs.readFileSync(file, 'utf8'))).stdout).toBe(
      'Imported 0 events; 3 were there already.\n',
    );
    expect((await there.run(['export'])).stdout).toBe(fs.readFileSync(file, 'utf8'));
    expect((await there.run(['plan'])).stdout).toBe('# Plan\n\nFirst this, then that.\n');
  });

  it('do not overwrite a file, and leave nothing half done', async () => {
    const { root, run } = createWorkspace();
    await run(['create', 'Fix the login']);
    fs.writeFileSync(path.join(root, 'mine'), 'precious');
    const refused = await run(['export', 'mine']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("'mine' exists already")]);
    expect(fs.readFileSync(path.join(root, 'mine'), 'utf8')).toBe('precious');
    expect((await run(['export', 'mine', '--force'])).code).toBe(0);
    expect((await run(['export', 'no/such/folder'])).code).toBe(1);
    const bad = await run(['import', '-'], '\n{"type":"task.created"}\n');
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('Line 2:')]);
    expect(fs.readdirSync(root).toSorted()).toEqual(['.lineclear', 'mine']);
  });

  it('end quietly when nobody reads on', async () => {
    const { root, run } = createWorkspace();
    await run(['create', 'Fix the login']);
    const [line = ''] = (await run(['export'])).stdout.split('\n');
    const many = Array.from({ length: 3000 }, (_, index) => {
      const event: Record<string, unknown> = JSON.parse(line);
      const id = `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`;
      return JSON.stringify({ ...event, id, task_id: `task-${index}` });
    });
    expect((await run(['import', '-'], many.join('\n'))).code).toBe(0);
    const cli = path.resolve('src/cli.ts');
    const shell = spawn(
      'bash',
      ['-c', 'set -o pipefail; "$0" "$1" export | head -1 | wc -l', process.execPath, cli],
      { cwd: root },
    );
    let output = '';
    shell.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const code = await new Promise((resolve) => shell.on('close', resolve));
    expect([code, output.trim()]).toEqual([0, '1']);
  });
});
