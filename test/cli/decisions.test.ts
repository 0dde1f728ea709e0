import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, plan } from './workspace.ts';

const HINT = 'No orchestrator is running: start one with "lineclear serve".\n';

describe('create', () => {
  it('creates a task that list and show know, and says that nobody works on it', async () => {
    const { run } = createWorkspace(`it's a "work space"`);
    const { code, stdout, stderr } = await run(['create', 'Fix the login']);
    expect([code, stderr]).toEqual([0, HINT]);
    const taskId = stdout.trim().replace('Created ', '');
    expect((await run(['list'])).stdout).toMatch(/^\S{5} {2}Fix the login {2}\S.* {2}created\n$/);
    expect((await run(['show', 'fix-the'])).stdout).toContain(`created by maria`);
    expect(JSON.parse((await run(['show', '--json'])).stdout)).toMatchObject({
      task_id: taskId,
      phase: 'created',
      created_by: 'user:maria',
    });
  });

  it('reads the description from stdin', async () => {
    const { run } = createWorkspace();
    expect((await run(['create', '-', '--non-interactive'], 'Fix this\n\nand that\n')).code).toBe(0);
    expect(JSON.parse((await run(['show', '--json'])).stdout)).toMatchObject({
      description: 'Fix this\n\nand that',
      interactive: false,
    });
  });

  it('refuses what cannot be shown, and names the field', async () => {
    const { run } = createWorkspace();
    const bell = await run(['create', '\u0007Fix', '--json']);
    expect(bell.code).toBe(1);
    expect(JSON.parse(bell.stderr)).toMatchObject({
      error: { code: 'invalid_event', field: 'data.description' },
    });
    const empty = await run(['create', ' ']);
    expect([empty.code, empty.stdout]).toEqual([1, '']);
    expect(empty.stderr).toContain('A task needs a description.');
    expect((await run(['create', 'Fix', '--coder', 'nobody'])).stderr).toContain(
      `--coder: there is no agent 'nobody'`,
    );
  });

  it('waits for the plan with --wait, and shows how to approve it', async () => {
    const { run, record, start } = createWorkspace();
    const waiting = start(['create', 'Fix the login', '--wait']);
    await expect.poll(waiting.output).toContain('created the task');
    const { task_id } = JSON.parse((await run(['show', '--json'])).stdout);
    await record(
      { task_id, who: 'orchestrator', type: 'task.started', data: {} },
      { task_id, who: 'planner-1', type: 'plan.ready', data: plan },
    );
    await expect.poll(() => waiting.exitCode).toBe(0);
    expect(waiting.output()).toContain('▣ Plan: Fix the login');
  });
});

describe('approve', () => {
  it('takes effect once; the second one is told who decided', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect(await run(['approve'])).toEqual({
      code: 0,
      stdout: 'Line clear for “Fix the login”, revision 1.\n',
      stderr: HINT,
    });
    for (const args of [['approve'], ['approve', 'k3f9a', '--revision', '1']]) {
      const { code, stdout, stderr } = await run(args);
      expect([code, stdout]).toEqual([3, '']);
      expect(stderr).toContain('revision 1 was approved by maria');
    }
  });

  it('does not guess when several plans wait', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    await planWaits('rate-p2x7b', 'Add rate limiting');
    const { code, stderr } = await run(['approve']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 tasks fit:\n\s+\S+ {2}Fix the login\n\s+\S+ {2}Add rate limiting\n/);
    expect((await run(['approve', 'rate'])).code).toBe(0);
    expect((await run(['approve'])).stdout).toContain('Fix the login');
  });

  it('has no effect on another revision than the one that waits', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect((await run(['approve', '--revision', '2'])).code).toBe(3);
    expect(JSON.parse((await run(['show', '--json'])).stdout).phase).toBe('plan_review');
  });
});

describe('reject', () => {
  it('sends comments on chunks, counted from 1', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect((await run(['reject', '--chunk', '3:Why?'])).stderr).toContain(
      'there is no chunk 3: the plan has 2',
    );
    expect((await run(['reject'])).stderr).toContain('Say what should be different');
    expect((await run(['reject', '--chunk', '2'])).code).toBe(2);
    const { code, stdout } = await run(['reject', '--chunk', '2:Test it first', '-m', 'Smaller', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      orchestrator_running: false,
      event: {
        type: 'user.rejected_plan',
        data: {
          verdict: 'changes',
          comment: 'Smaller',
          chunk_comments: [{ chunk: 1, comment: 'Test it first' }],
        },
      },
    });
  });
});

const question = (question_id: string) => ({
  task_id: 'fix-k3f9a',
  who: 'planner-1',
  type: 'question.asked',
  data: { question_id, question: 'Which database?' },
});
const permission = {
  task_id: 'fix-k3f9a',
  who: 'coder-1',
  type: 'permission.requested',
  data: { request_id: 'r-1', title: 'Run npm test', kind: 'execute', file_paths: [] },
};

describe('answer', () => {
  it('reaches the only question that waits, and asks which one when there are several', async () => {
    const { run, record, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect((await run(['answer', 'SQLite'])).code).toBe(3);
    await record(question('q-1'), question('q-2'));
    expect((await run(['answer', 'SQLite'])).stderr).toContain('q-1, q-2');
    expect((await run(['answer', 'SQLite', '--question', 'q-2'])).code).toBe(0);
    expect((await run(['answer', 'fix', 'PostgreSQL'])).code).toBe(0);
    expect((await run(['answer', 'three', 'words', 'here'])).code).toBe(2);
    expect(JSON.parse((await run(['show', '--json'])).stdout).answers).toMatchObject([
      { answer: 'SQLite' },
      { answer: 'PostgreSQL' },
    ]);
  });
});

describe('allow and deny', () => {
  it('decide once', async () => {
    const { run, record, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    await record(permission);
    expect((await run(['allow'])).stdout).toBe('Allowed: Run npm test (Fix the login)\n');
    expect((await run(['deny'])).code).toBe(3);
  });
});

describe('allow --always', () => {
  it('shows the rule, writes it when told to, and offers none for what is never to be allowed so', async () => {
    const { root, run, record, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    const lifecycle = { agent_id: 'coder-1', agent_name: 'gemini', previous_status: 'created' };
    const begun = { ...permission, type: 'agent.started', data: { ...lifecycle, current_status: 'working' } };
    const asks = (request_id: string, command: string) => ({
      ...permission,
      data: { ...permission.data, request_id, command },
    });
    await record(begun, asks('r-1', 'npm test'), asks('r-2', 'sudo rm -rf /'));
    const shown = await run(['allow', '--request', 'r-1', '--always']);
    const text =
      '[[rules]]\nname = "gemini npm test"\naction = "allow"\ncommands = [ "npm test" ]\nagents = [ "gemini" ]';
    expect([shown.code, shown.stderr]).toEqual([1, expect.stringContaining(text)]);
    const file = path.join(root, '.lineclear', 'config.toml');
    expect(fs.readFileSync(file, 'utf8')).not.toContain('gemini npm test');
    expect((await run(['allow', '--request', 'r-1', '--always', '--yes'])).stdout).toContain(
      'and always by the rule gemini npm test',
    );
    expect(fs.readFileSync(file, 'utf8')).toContain(text);
    const never = await run(['allow', '--always', '--yes']);
    expect([never.code, never.stderr]).toEqual([
      1,
      expect.stringContaining('no rule that could always allow'),
    ]);
    expect((await run(['list', '--inbox'])).stdout).toContain('sudo rm');
  });
});

const left = (file_path: string) => ({
  task_id: 'fix-k3f9a',
  who: 'coder-1',
  type: 'scope.exceeded',
  data: { file_path, allowed_files: ['src/this.ts'] },
});

describe('scope', () => {
  it('decides about one file at a time, by name where several wait, and once', async () => {
    const { run, record, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    await record(left('package.json'), left('notes.md'));
    const several = await run(['scope', 'allow']);
    expect([several.code, several.stderr]).toEqual([1, expect.stringMatching(/package\.json\n\s+notes\.md/)]);
    expect((await run(['scope', 'allow', '--file', 'notes.md'])).stdout).toBe(
      'Allowed notes.md (Fix the login)\n',
    );
    const stopped = JSON.parse((await run(['scope', 'stop', 'fix', '--json'])).stdout);
    expect(stopped.event).toMatchObject({ type: 'user.decided_scope', data: { decision: 'stop' } });
    expect((await run(['scope', 'stop'])).code).toBe(3);
  });
});

describe('snooze', () => {
  it('hides a matter until a time, says so, and shows it again', async () => {
    const { run, record, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect((await run(['snooze', '--until', 'tomorrow'])).stdout).toMatch(
      /^Plan: Fix the login: put off until .*09:00\n$/,
    );
    expect((await run(['list', '--inbox'])).stdout).toMatch(
      /^Nothing waits for you\.\nz Plan: Fix the login {2}until .*09:00\n$/,
    );
    expect((await run(['list'])).stdout).not.toContain('wait for you');
    expect((await run(['snooze', '--until', 'later'])).code).toBe(1);
    await record(permission);
    const several = await run(['snooze', 'fix']);
    expect([several.code, several.stderr]).toEqual([1, expect.stringContaining('permission:fix-k3f9a:r-1')]);
    expect((await run(['snooze', '--item', 'plan:fix-k3f9a:1', '--until', 'now'])).stdout).toContain(
      'shown again',
    );
    expect((await run(['list', '--inbox'])).stdout).toContain('lineclear approve');
  });
});

describe('steering', () => {
  it('injects, cancels, and refuses to retry what has not failed', async () => {
    const { run, planWaits } = createWorkspace();
    await planWaits('fix-k3f9a', 'Fix the login');
    expect((await run(['inject', '-'], 'Use tabs\n')).code).toBe(0);
    expect((await run(['retry', 'fix'])).code).toBe(3);
    expect((await run(['cancel', '-m', 'Not needed'])).stdout).toBe('Cancelled “Fix the login”.\n');
    expect(JSON.parse((await run(['show', '--json'])).stdout)).toMatchObject({
      contexts: ['Use tabs'],
      phase: 'cancelled',
    });
    expect((await run(['stop-agent', 'coder-9'])).stderr).toContain("There is no agent 'coder-9'");
  });
});
