import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSessionReports } from '../../src/agents/session-reports.ts';
import { parsePermission, parsePromptAnswer, parseUpdate } from '../../src/agents/acp-update.ts';
import type { AgentReport } from '../../src/agents/agent.ts';
import type { WorkspacePaths } from '../../src/agents/workspace-paths.ts';
import { draw, recordHandlers } from './harness.ts';

const ROOT = '/project/';

const nameOf = (file: string) => (file.startsWith(ROOT) ? file.slice(ROOT.length) : file);

/** A disk of which the names and ages of files are known. */
function fakeDisk(
  files: Readonly<Record<string, 'old' | 'new'>>,
  texts: Readonly<Record<string, string>>,
): WorkspacePaths {
  return {
    name: nameOf,
    exists: (file) => nameOf(file) in files,
    existedAt: (file) => files[nameOf(file)] === 'old',
    readText: (file) => Promise.resolve(texts[nameOf(file)]),
    readFacts: (file) => Promise.resolve(nameOf(file) in files ? { size: 7, hash: 'sha256:00' } : undefined),
  };
}

function open(
  files: Readonly<Record<string, 'old' | 'new'>> = {},
  texts: Readonly<Record<string, string>> = {},
) {
  const { keepContent, kept } = recordHandlers();
  const reports: AgentReport[] = [];
  let time = 1_000;
  const mapping = createSessionReports({
    agentName: 'gemini',
    workspace: fakeDisk(files, texts),
    keepContent,
    report: (report) => reports.push(report),
    // The wall clock was set back.
    now: () => 1_000,
    elapsed: () => time,
  });
  mapping.beginTurn();
  return {
    reports,
    kept,
    mapping,
    async send(fields: object) {
      const found = parseUpdate({ sessionId: 's', update: fields });
      if (found?.update) await mapping.update(found.update);
    },
    end(answer: unknown = { stopReason: 'end_turn' }, after = 500) {
      time += after;
      return mapping.endTurn('completed', parsePromptAnswer(answer)).text;
    },
  };
}

const message = (text: string, more = {}) => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
  ...more,
});

const call = (kind: string, ...paths: string[]) => ({
  sessionUpdate: 'tool_call',
  toolCallId: kind,
  kind,
  status: 'completed',
  locations: paths.map((path) => ({ path })),
});

const usage = (used: number, amount?: number) => ({
  sessionUpdate: 'usage_update',
  used,
  size: 1_000,
  ...(amount === undefined ? {} : { cost: { amount, currency: 'USD' } }),
});

const request = (toolCall: object) =>
  parsePermission({ sessionId: 's', toolCall, options: [{ optionId: 'y', kind: 'allow_once', name: '' }] });

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('output', () => {
  test('is gathered until the agent uses a tool', async () => {
    const { send, reports, end } = open();
    await send(message('I '));
    await send(message('look.'));
    await send({ sessionUpdate: 'tool_call', toolCallId: '1', title: 'Look', kind: 'read' });
    await send(message('Done.'));
    expect(reports.map(({ type }) => type)).toEqual(['agent.output', 'agent.progress']);
    expect(end()).toBe('I look.\n\nDone.');
    expect(reports.filter(({ type }) => type === 'agent.output').map(({ data }) => data)).toEqual([
      { stream: 'message', text: 'I look.' },
      { stream: 'message', text: 'Done.' },
    ]);
  });

  test('is reported after a second even if the agent says no more', async () => {
    const { send, reports } = open();
    await send(message('Thinking about it'));
    expect(reports).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(reports).toEqual([
      { type: 'agent.output', data: { stream: 'message', text: 'Thinking about it' } },
    ]);
  });

  test('thoughts are no part of the answer', async () => {
    const { send, end } = open();
    await send({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: 'Hm.' } });
    await send(message('Yes.'));
    expect(end()).toBe('Yes.');
  });

  test('messages with ids of their own are paragraphs', async () => {
    const { send, end } = open();
    await send(message('One', { messageId: 'a' }));
    await send(message(' more', { messageId: 'a' }));
    await send(message('Two', { messageId: 'b' }));
    expect(end()).toBe('One more\n\nTwo');
  });

  test('content that is no text is named', async () => {
    const { send, end } = open();
    await send({ sessionUpdate: 'agent_message_chunk', content: { type: 'image', data: '…' } });
    await send({
      sessionUpdate: 'agent_message_chunk',
      content: { type: 'resource_link', uri: 'file:///a', name: 'a' },
    });
    expect(end()).toBe('[image]<file:///a>');
  });
});

describe('tool calls', () => {
  test('are announced when they begin and when they end, with what is known then', async () => {
    const { send, reports } = open();
    await send({
      sessionUpdate: 'tool_call',
      toolCallId: '1',
      title: 'Run\u001b[1m\ntests',
      kind: 'execute',
    });
    await send({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'in_progress' });
    await send({
      sessionUpdate: 'tool_call_update',
      toolCallId: '1',
      status: 'in_progress',
      title: 'npm test',
    });
    await send({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'failed' });
    await send({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'failed' });
    expect(draw(reports)).toEqual(['Run tests: pending', 'npm test: failed']);
  });

  test('that were never announced are when they end', async () => {
    const { send, reports } = open();
    await send({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'completed', kind: 'think' });
    expect(draw(reports)).toEqual(['think: completed']);
  });

  test('that are open when the turn ends, end with it', async () => {
    const { send, reports, end } = open();
    await send({ sessionUpdate: 'tool_call', toolCallId: '1', title: 'Think' });
    end();
    expect(draw(reports)).toEqual(['Think: pending', 'Think: completed']);
  });

  test('of an unknown kind and with malformed parts are taken as far as they go', async () => {
    const { send, reports } = open();
    await send({
      sessionUpdate: 'tool_call',
      toolCallId: '1',
      title: 'Summon',
      kind: 'summon',
      status: 'levitating',
      locations: [{ nothing: 1 }, { path: '/project/a.txt', line: 'x' }],
      content: 7,
    });
    expect(reports).toMatchObject([
      { data: { stage: 'summon', tool: { status: 'pending', file_paths: ['a.txt'] } } },
    ]);
  });
});

const edit = (id: string, path: string, oldText: string | null, newText: string, kind = 'edit') => ({
  sessionUpdate: 'tool_call',
  toolCallId: id,
  title: `Edit ${path}`,
  kind,
  status: 'completed',
  content: [{ type: 'diff', path, oldText, newText }],
});

describe('files', () => {
  test('a changed file: lines from the change, size and hash from the disk', async () => {
    const { send, reports } = open({ 'a.txt': 'old' });
    await send(edit('1', '/project/a.txt', 'one\ntwo\nthree\n', 'one\n2\nthree\nfour\n'));
    expect(reports.at(-1)).toEqual({
      type: 'file.modified',
      data: {
        operation: 'modify',
        file_path: 'a.txt',
        file_size: 7,
        content_hash: 'sha256:00',
        lines_added: 2,
        lines_removed: 1,
        before_ref: expect.stringMatching(/^blob:/),
        after_ref: expect.stringMatching(/^blob:/),
      },
    });
  });

  test('a file is created once, also if the agent announces it late, and modified after that', async () => {
    const { send, reports } = open({ 'a.txt': 'new' });
    await send(edit('1', '/project/a.txt', null, 'one\n'));
    await send(edit('2', '/project/a.txt', 'one\n', 'two\n'));
    expect(draw(reports).filter((line) => line.startsWith('file'))).toEqual([
      'file.created a.txt',
      'file.modified a.txt',
    ]);
  });

  test('both sides of a change are kept, whole where the agent shows only what it replaced', async () => {
    const { send, reports, kept } = open({ 'a.txt': 'old' }, { 'a.txt': 'one\n2\nthree\n' });
    await send(edit('1', '/project/a.txt', 'two', '2'));
    const { data } = reports.at(-1) ?? {};
    const sides = data && 'after_ref' in data ? [data.before_ref, data.after_ref] : [];
    expect(sides.map((ref) => kept.get(ref ?? ''))).toEqual(['one\ntwo\nthree\n', 'one\n2\nthree\n']);
  });

  test('of a file that was overwritten unseen, no side before is made up', async () => {
    const { send, reports } = open({ 'a.txt': 'old' }, { 'a.txt': 'new\n' });
    await send(edit('1', '/project/a.txt', null, 'new\n'));
    expect(reports.at(-1)?.data).toMatchObject({ operation: 'modify', after_ref: expect.any(String) });
    expect(reports.at(-1)?.data).not.toHaveProperty('before_ref');
  });

  test('a file that is overwritten without a look at it is modified', async () => {
    const { send, reports } = open({ 'a.txt': 'old' });
    await send(edit('1', '/project/a.txt', null, 'one\n'));
    expect(draw(reports)).toContain('file.modified a.txt');
  });

  test('an edit that empties a file away has deleted it', async () => {
    const { send, reports } = open();
    await send(edit('1', '/project/a.txt', 'one\n', ''));
    expect(reports.at(-1)).toMatchObject({ type: 'file.deleted', data: { lines_removed: 1 } });
  });

  test('only what was completed has changed anything', async () => {
    const { send, reports } = open({ 'a.txt': 'old' });
    await send({ ...edit('1', '/project/a.txt', 'one', 'two'), status: 'failed' });
    expect(draw(reports)).toEqual(['Edit /project/a.txt: failed']);
  });

  test('reading a file changes nothing', async () => {
    const { send, reports } = open({ 'a.txt': 'old' });
    const locations = [{ path: '/project/a.txt' }];
    await send({ sessionUpdate: 'tool_call', toolCallId: '1', kind: 'read', status: 'completed', locations });
    expect(draw(reports)).toEqual(['read: completed']);
  });

  test('what a change looked like is kept when the result replaces it', async () => {
    const { send, reports } = open({ 'a.txt': 'old' });
    await send({ ...edit('1', '/project/a.txt', 'one\n', 'two\n'), status: 'in_progress' });
    await send({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'completed', content: [] });
    expect(draw(reports)).toContain('file.modified a.txt');
  });

  test('an edit without its change, a deletion and a move', async () => {
    const { send, reports } = open({ 'a.txt': 'old', 'c.txt': 'new' });
    await send(call('edit', '/project/a.txt'));
    await send(call('delete', '/project/b.txt'));
    await send(call('move', '/project/d.txt', '/project/c.txt'));
    expect(draw(reports).filter((line) => line.startsWith('file'))).toEqual([
      'file.modified a.txt',
      'file.deleted b.txt',
      'file.created c.txt',
      'file.deleted d.txt',
    ]);
    expect(reports.at(-2)?.data).toMatchObject({ operation: 'move', previous_path: 'd.txt' });
  });
});

describe('progress', () => {
  test('is the share of the plan that is done, and what is being done', async () => {
    const { send, reports } = open();
    const entries = [
      { content: 'Read', status: 'completed', priority: 'low' },
      { content: 'Write', status: 'in_progress', priority: 'low' },
    ];
    await send({ sessionUpdate: 'plan', entries });
    await send({ sessionUpdate: 'plan', entries: [] });
    expect(reports).toEqual([
      { type: 'agent.progress', data: { progress: 0.5, stage: 'plan', description: 'Write' } },
    ]);
  });

  test('notices are shown, and errors among them are errors', async () => {
    const { send, reports } = open();
    await send({ sessionUpdate: 'notice', severity: 'warning', title: 'Slow', description: 'Very' });
    await send({ sessionUpdate: 'notice', severity: 'error', title: 'Broken' });
    expect(reports).toMatchObject([
      { type: 'agent.progress', data: { stage: 'notice', description: 'Slow: Very' } },
      { type: 'error.occurred', data: { message: 'Broken', where: 'gemini' } },
    ]);
  });
});

describe('usage', () => {
  test('the cost of a turn is what the session costs more after it', async () => {
    const { send, reports, end, mapping } = open();
    await send(usage(100, 0.01));
    await send(usage(300, 0.03));
    end();
    mapping.beginTurn();
    await send(usage(350, 0.04));
    end({ stopReason: 'end_turn', usage: { totalTokens: 70, inputTokens: 60, outputTokens: 10 } });
    expect(reports.map(({ data }) => data)).toEqual([
      {
        provider: 'gemini',
        model: 'unknown',
        tokens_used: 300,
        input_tokens: undefined,
        output_tokens: undefined,
        cost_usd: 0.03,
        duration_ms: 500,
      },
      {
        provider: 'gemini',
        model: 'unknown',
        tokens_used: 70,
        input_tokens: 60,
        output_tokens: 10,
        cost_usd: 0.01,
        duration_ms: 500,
      },
    ]);
  });

  test('much of it is told before the turn ends, and the parts make up the whole', async () => {
    const { send, reports, end } = open();
    await send(usage(12_000, 0.05));
    await send(usage(12_500, 0.12));
    await send(usage(12_600, 0.2));
    end({ stopReason: 'end_turn', usage: { totalTokens: 13_000 } });
    expect(reports.map(({ data }) => data)).toMatchObject([
      { tokens_used: 12_000, cost_usd: 0.05 },
      { tokens_used: 600, cost_usd: 0.15 },
      { tokens_used: 400, cost_usd: undefined },
    ]);
  });

  test('counts in the extension field of an answer are found, with the model', () => {
    const { reports, end } = open();
    const counts = { input_tokens: 3, output_tokens: 4 };
    end({
      stopReason: 'end_turn',
      _meta: { quota: { token_count: counts, model_usage: [{ model: 'pro', token_count: counts }] } },
    });
    expect(reports).toMatchObject([{ data: { provider: 'gemini', model: 'pro', tokens_used: 7 } }]);
  });

  test('a model that names its provider', async () => {
    const { send, reports, end } = open();
    await send({
      sessionUpdate: 'config_option_update',
      configOptions: [{ id: 'x' }, { id: 'm', category: 'model', currentValue: 'anthropic/opus' }],
    });
    await send(usage(5));
    end();
    expect(reports).toMatchObject([{ data: { provider: 'anthropic', model: 'opus' } }]);
  });

  test('an agent that tells nothing of it is not reported to have used something', () => {
    const { reports, end } = open();
    end();
    expect(reports).toEqual([]);
  });
});

describe('permissions', () => {
  test('say what would be changed, and announce the call', () => {
    const { mapping, reports } = open({ 'a.txt': 'old' });
    const described = mapping.describePermission(
      request({
        toolCallId: '1',
        title: 'Edit a.txt',
        kind: 'edit',
        content: [
          { type: 'diff', path: '/project/a.txt', oldText: 'one\ntwo\nthree', newText: 'one\n2\nthree' },
        ],
      }),
    );
    expect(described).toEqual({
      title: 'Edit a.txt',
      kind: 'edit',
      command: undefined,
      file_paths: ['a.txt'],
      preview: 'a.txt, line 2\n-two\n+2',
    });
    expect(draw(reports)).toEqual(['Edit a.txt: pending']);
  });

  test('know what the call was announced with', async () => {
    const { mapping, send } = open();
    await send({
      sessionUpdate: 'tool_call',
      toolCallId: '1',
      title: 'Run',
      kind: 'execute',
      rawInput: { command: ['npm', 'test'] },
    });
    expect(mapping.describePermission(request({ toolCallId: '1' }))).toMatchObject({
      title: 'Run',
      kind: 'execute',
      command: 'npm test',
    });
  });

  test('a huge change is cut', () => {
    const { mapping } = open();
    const newText = 'x'.repeat(1_000_000);
    const content = [{ type: 'diff', path: '/project/a.txt', newText }];
    const { preview } = mapping.describePermission(request({ toolCallId: '1', content }));
    expect(preview?.length).toBeLessThan(9_000);
  });
});
