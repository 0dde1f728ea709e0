import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentReport } from '../../src/agents/agent.ts';
import { composeSection, putSection } from '../../src/memory/instructions/section.ts';
import { isUnseen } from '../../src/state/evidence.ts';
import { taskStatus } from '../../src/state/task-status.ts';
import { type FakeAgent, type Play, fakeAgents, json, roleIn } from './fake-agent.ts';
import { commitAll, git } from './git.ts';
import { type Workspace, openWorkspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => workspace.close());

const plan = (...chunks: { title: string; files: string[] }[]) => `# Plan\n\n${json({ chunks })}`;

interface Work {
  /** The planner's answer. */
  readonly plan: string;
  /** What the coder does for its n-th prompt; it then says that it is done. */
  readonly code: (root: string, agent: FakeAgent, prompt: number) => void | Promise<void>;
  readonly planning?: (root: string) => void;
  readonly review?: (prompt: string) => string;
  readonly toml?: string;
  readonly repository?: boolean;
}

/** A task of which the plan is approved as soon as it is there; git is the real one. */
async function work({
  plan: answer,
  code,
  planning,
  review,
  toml = '',
  repository = true,
}: Work): Promise<string> {
  let root = '';
  let prompts = 0;
  const play: Play = async (prompt, agent) => {
    const role = roleIn(prompt);
    if (role === 'planner') {
      planning?.(root);
      return answer;
    }
    if (role === 'reviewer') return review?.(prompt) ?? json({ verdict: 'approved' });
    await code(root, agent, (prompts += 1));
    return 'Done.';
  };
  workspace = await openWorkspace({ startAgent: fakeAgents({ play }).startAgent, toml });
  ({ root } = workspace);
  if (repository) commitAll(root);
  void workspace.serve();
  const id = await workspace.create('Do it');
  await workspace.until((world) => world.tasks.get(id)?.phase === 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  return id;
}

const phaseIs = (id: string, phase: string) =>
  workspace.until((world) => world.tasks.get(id)?.phase === phase);

const events = () => Array.fromAsync(workspace.app.events());

const write = (root: string, file: string, text: string) => {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  fs.writeFileSync(path.join(root, file), text);
};
const read = (file: string) => fs.readFileSync(path.join(workspace.root, file), 'utf8');
const tell = (agent: FakeAgent, type: 'file.created' | 'file.modified', file_path: string) => {
  const report: AgentReport = {
    type,
    data: { operation: type === 'file.created' ? 'create' : 'modify', file_path },
  };
  agent.handlers.report(report);
};

test.each([true, false])(
  'what changed is seen, told or not, in a repository or without one: %s',
  async (repository) => {
    const id = await work({
      plan: plan({ title: 'One', files: ['src', 'README.md'] }),
      repository,
      code(root, agent) {
        write(root, 'src/told.ts', 'one\ntwo\n');
        tell(agent, 'file.created', 'src/told.ts');
        write(root, 'src/untold.ts', 'one\n');
        fs.rmSync(path.join(root, 'README.md'));
        write(root, 'node_modules/x/index.js', 'ignored');
        if (repository) write(root, '.gitignore', 'node_modules\n');
      },
    });
    await phaseIs(id, 'completed');
    const [chunk] = workspace.task(id).chunks;
    const ignored = {
      file_path: '.gitignore',
      operation: 'create',
      lines_added: 1,
      lines_removed: 0,
      reported: false,
    };
    expect(chunk?.evidence).toEqual({
      turn: 'ended',
      observed_by: 'git',
      files: [
        ...(repository ? [ignored] : []),
        { file_path: 'README.md', operation: 'delete', lines_added: 0, lines_removed: 9, reported: false },
        { file_path: 'src/told.ts', operation: 'create', lines_added: 2, lines_removed: 0, reported: true },
        {
          file_path: 'src/untold.ts',
          operation: 'create',
          lines_added: 1,
          lines_removed: 0,
          reported: false,
        },
      ],
      unseen_claims: [],
    });
    const created = (await events()).filter((event) => event.type === 'file.created');
    const of = (file: string) => created.filter(({ data }) => data.file_path === file);
    const [untold, ...more] = of('src/untold.ts');
    expect(untold).toMatchObject({ source_agent_id: 'orchestrator', data: { observed_by: 'git' } });
    expect(more).toEqual([]);
    expect(of('src/told.ts')).toHaveLength(1);
  },
);

/** All of a repository that must not change. */
const look = (root: string) =>
  [
    git(root, 'status', '--porcelain'),
    git(root, 'for-each-ref'),
    git(root, 'count-objects'),
    git(root, 'diff', '--cached'),
  ].join('\n');

test('the repository of the person is left as it is: index, branches, objects, and what is staged', async () => {
  let before = '';
  const id = await work({
    plan: plan({ title: 'One', files: ['README.md'] }),
    planning(root) {
      write(root, 'staged.txt', 'staged');
      git(root, 'add', 'staged.txt');
      before = look(root);
    },
    code: () => undefined,
  });
  await phaseIs(id, 'completed');
  expect(look(workspace.root)).toBe(before);
  expect(before).toContain('A  staged.txt');
});

test('a chunk that is called done although nothing changed is shown as a claim, and the reviewer is told', async () => {
  let reviewed = '';
  const id = await work({
    plan: plan({ title: 'One', files: ['src/a.ts'] }, { title: 'Two', files: ['b.txt'] }),
    code(root, agent, prompt) {
      if (prompt === 1) tell(agent, 'file.modified', 'README.md');
      else write(root, 'b.txt', 'b');
    },
    review(prompt) {
      reviewed = prompt;
      return json({ verdict: 'approved' });
    },
  });
  await phaseIs(id, 'completed');
  const [one, two] = workspace.task(id).chunks;
  expect(one?.evidence).toMatchObject({ files: [], unseen_claims: ['src/a.ts', 'README.md'] });
  expect([one, two].map((chunk) => chunk && isUnseen(chunk))).toEqual([true, false]);
  expect(reviewed).toContain('Chunk 1: claimed, nothing changed');
  expect(reviewed).toContain('Chunk 2: b.txt: created +1');
});

test('a file outside the plan waits in the inbox and is put back to the byte, once', async () => {
  const original = Buffer.from([0, 255, 13, 10, 1]);
  const id = await work({
    plan: plan({ title: 'One', files: ['src/**'] }),
    planning: (root) => fs.writeFileSync(path.join(root, 'data.bin'), original),
    code(root) {
      write(root, 'src/deep/a.ts', 'a');
      write(root, 'data.bin', 'spoilt');
      write(root, 'new.txt', 'new');
    },
  });
  await phaseIs(id, 'completed');
  const { app } = workspace;
  const items = () =>
    workspace.task(id).excess.map(({ file_path, purpose, number }) => `${file_path} ${purpose} ${number}`);
  // What the planner did is outside of every plan.
  expect(items()).toEqual(['data.bin plan 1', 'data.bin chunk 0', 'new.txt chunk 0']);
  expect(app.world.inbox.map(({ kind }) => kind)).toEqual(['scope', 'scope', 'scope']);
  const decide = (at: number, decision: 'allow' | 'revert' | 'stop') =>
    app.execute({
      command: 'decide_scope',
      task_id: id,
      event_id: workspace.task(id).excess[at]?.event_id ?? '',
      decision,
    });
  await decide(2, 'revert');
  expect(fs.existsSync(path.join(workspace.root, 'new.txt'))).toBe(false);
  await decide(1, 'revert');
  expect(fs.readFileSync(path.join(workspace.root, 'data.bin'))).toEqual(original);
  const before = (await events()).filter((event) => event.type === 'scope.reverted');
  expect(before.map(({ data }) => data.file_path)).toEqual(['new.txt', 'data.bin']);
  await decide(0, 'allow');
  expect([items(), app.world.inbox]).toEqual([[], []]);
  expect(workspace.task(id).allowed_files).toEqual(['data.bin']);
});

test('a file that somebody changed since is not overwritten, and the matter goes on waiting', async () => {
  const id = await work({
    plan: plan({ title: 'One', files: ['src'] }),
    code: (root) => write(root, 'README.md', 'spoilt'),
  });
  await phaseIs(id, 'completed');
  write(workspace.root, 'README.md', 'mended by hand');
  await expect(
    workspace.app.execute({ command: 'decide_scope', task_id: id, decision: 'revert' }),
  ).rejects.toMatchObject({
    code: 'scope_conflict',
    message: expect.stringContaining('was changed again since'),
  });
  expect(read('README.md')).toBe('mended by hand');
  expect(workspace.task(id).excess).toMatchObject([{ file_path: 'README.md', reverting: true }]);
  await workspace.app.execute({ command: 'decide_scope', task_id: id, decision: 'allow' });
  expect(workspace.task(id).excess).toEqual([]);
});

test('nothing is put back through a link that leads out of the workspace', async () => {
  const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'elsewhere-'));
  const id = await work({
    plan: plan({ title: 'One', files: ['src'] }),
    planning: (root) => write(root, 'lib/a.txt', 'before'),
    code: (root) => write(root, 'lib/a.txt', 'after'),
  });
  await phaseIs(id, 'completed');
  fs.rmSync(path.join(workspace.root, 'lib'), { recursive: true });
  fs.writeFileSync(path.join(elsewhere, 'a.txt'), 'after');
  fs.symlinkSync(elsewhere, path.join(workspace.root, 'lib'));
  const [, excess] = workspace.task(id).excess;
  const event_id = excess?.event_id ?? '';
  await expect(
    workspace.app.execute({ command: 'decide_scope', task_id: id, event_id, decision: 'revert' }),
  ).rejects.toMatchObject({ code: 'scope_conflict' });
  expect(fs.readFileSync(path.join(elsewhere, 'a.txt'), 'utf8')).toBe('after');
  fs.rmSync(elsewhere, { recursive: true });
});

test('with "hold" the next chunk waits for the decision', async () => {
  const twoChunks = plan({ title: 'One', files: ['a.txt'] }, { title: 'Two', files: ['b.txt'] });
  const id = await work({
    plan: twoChunks,
    code: (root, _, prompt) => write(root, prompt === 1 ? 'outside.txt' : 'b.txt', String(prompt)),
    toml: '[work]\nscope = "hold"\n',
  });
  await workspace.until((world) => world.tasks.get(id)?.excess.length === 1);
  await workspace.until((world) => world.tasks.get(id)?.chunks[0]?.status === 'completed');
  await workspace.until(() => !workspace.app.hasWork());
  expect(taskStatus(workspace.task(id), { now: Date.now() })).toEqual([
    'executing',
    'chunk 2 of 2',
    '1 change outside the plan',
  ]);
  await workspace.app.execute({ command: 'decide_scope', task_id: id, decision: 'allow' });
  await phaseIs(id, 'completed');
  expect(workspace.task(id).chunks.map(({ attempt }) => attempt)).toEqual([1, 1]);
});

test('who stops a task because of a file has cancelled it', async () => {
  const id = await work({
    plan: plan({ title: 'One', files: ['a.txt'] }, { title: 'Two', files: ['b.txt'] }),
    code: (root) => write(root, 'outside.txt', 'x'),
    toml: '[work]\nscope = "hold"\n',
  });
  await workspace.until((world) => world.tasks.get(id)?.chunks[0]?.status === 'completed');
  await workspace.app.execute({ command: 'decide_scope', task_id: id, decision: 'stop' });
  await phaseIs(id, 'cancelled');
  expect(workspace.task(id)).toMatchObject({
    excess: [],
    cancelled: { user_id: 'anna', reason: 'outside.txt was changed outside the plan' },
  });
});

test('a chunk for which the plan names no file has no scope; with "off" nothing is asked', async () => {
  const id = await work({
    plan: plan({ title: 'One', files: [] }, { title: 'Two', files: ['b.txt'] }),
    code: (root, _, prompt) => write(root, `anything-${prompt}.txt`, 'x'),
  });
  await phaseIs(id, 'completed');
  expect(workspace.task(id).excess.map(({ file_path }) => file_path)).toEqual(['anything-2.txt']);
  await workspace.close();
  const other = await work({
    plan: plan({ title: 'One', files: ['b.txt'] }),
    code: (root) => write(root, 'anything.txt', 'x'),
    toml: '[work]\nscope = "off"\n',
  });
  await phaseIs(other, 'completed');
  expect(workspace.task(other).excess).toEqual([]);
});

const CHECK = `[work]\nverify = [${JSON.stringify(process.execPath)}, "-e", "console.log('looking'); process.exit(require('fs').existsSync('good.txt') ? 0 : 3)"]\n`;

test('a chunk is done when the own check passes: one that fails says why, and the next try is told', async () => {
  let second = '';
  const answer = plan({ title: 'One', files: ['good.txt'] });
  let tries = 0;
  const play: Play = (prompt) => {
    if (roleIn(prompt) === 'planner') return Promise.resolve(answer);
    if (roleIn(prompt) === 'reviewer') return Promise.resolve(json({ verdict: 'approved' }));
    tries += 1;
    if (tries === 2) {
      second = prompt;
      write(workspace.root, 'good.txt', 'good');
    }
    return Promise.resolve('Done.');
  };
  const toml = `[orchestrator]\nretry_delays = [0]\n${CHECK}`;
  workspace = await openWorkspace({ startAgent: fakeAgents({ play }).startAgent, toml });
  void workspace.serve();
  const id = await workspace.create('Do it');
  await phaseIs(id, 'plan_review');
  await workspace.app.execute({ command: 'approve_plan', task_id: id });
  await phaseIs(id, 'completed');
  const [failed] = (await events()).filter((event) => event.type === 'chunk.failed');
  expect(failed?.data).toMatchObject({ error_code: 'verify_failed' });
  expect(failed?.data.error_message).toMatch(/ended with exit code 3\nlooking$/);
  expect(second).toContain('ended with exit code 3');
  expect((await events()).filter((event) => event.type === 'test.failed').length).toBe(1);
  expect(workspace.task(id).chunks[0]?.evidence?.tests).toMatchObject([{ passed: true }]);
});

const section = (text: string) => composeSection('instructions', [{ name: 'tests', text }]);

test('what Lineclear writes into instruction files meanwhile is no change of the agent; what the agent does to them is', async () => {
  const id = await work({
    plan: plan({ title: 'One', files: ['README.md'] }),
    planning: (root) => {
      for (const name of ['CLAUDE.md', 'AGENTS.md', 'GEMINI.md', 'QWEN.md'])
        write(root, name, putSection(`# ${name}\r\n`, name === 'QWEN.md' ? '' : section('Run them.')));
    },
    code(root) {
      write(root, 'CLAUDE.md', putSection(read('CLAUDE.md'), section('Run all.')));
      write(root, 'QWEN.md', putSection(read('QWEN.md'), section('Run all.')));
      write(root, 'AGENTS.md', putSection(`${read('AGENTS.md')}\nMine.\n`, section('Run all.')));
      write(root, 'GEMINI.md', read('GEMINI.md').replace('Run', 'Skip'));
      fs.appendFileSync(path.join(root, 'README.md'), 'Done.\n');
    },
  });
  await phaseIs(id, 'completed');
  const files = workspace.task(id).chunks[0]?.evidence?.files.map(({ file_path }) => file_path);
  expect(files).toEqual(['AGENTS.md', 'GEMINI.md', 'README.md']);
});
