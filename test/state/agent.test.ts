import { describe, expect, it } from 'vitest';
import { agentStatusSchema } from '../../src/contract/events/agent.ts';
import { type AgentState, agentOf, isLive, reduceAgent } from '../../src/state/agent.ts';
import * as e from './events.ts';
import { renderAgent } from './render.ts';

const after = (...steps: e.Step[]): AgentState | undefined =>
  e
    .logOf(steps)
    .reduce<AgentState | undefined>(
      (state, event) => (agentOf(event) === 'coder-1' ? reduceAgent(state, event) : state),
      undefined,
    );
const seen = (...steps: e.Step[]): string => renderAgent(after(...steps));

const born = e.agent('agent.created', 'starting');
const up = e.agent('agent.started', 'idle', { process: e.processOf(100), session_id: 's1' });
const working = [born, up, e.invoked()];
const progress = (progress_: number, description: string, tool?: 'pending' | 'completed', by = 'coder-1') =>
  e.step(
    'agent.progress',
    {
      progress: progress_,
      stage: 'edit',
      description,
      ...(tool && { tool: { call_id: 't', kind: 'edit', status: tool, file_paths: ['src/a.ts'] } }),
    },
    { by },
  );
const edit = e.step('file.modified', { operation: 'modify', file_path: 'src/b.ts' }, { by: 'coder-1' });
const call = (tokens_used: number) =>
  e.step('provider.called', { provider: 'p', model: 'm', tokens_used, cost_usd: 0.5 }, { by: 'coder-1' });
const lost = (pid?: number, more: { host?: string; started?: string } = {}) =>
  e.agent('agent.health', 'lost', {
    reason: 'not seen',
    process: pid === undefined ? undefined : e.processOf(pid, more),
  });

describe('the life of an agent', () => {
  it('is told event by event', () => {
    const life = [born, up, e.invoked(), progress(0.5, 'Editing'), e.agent('agent.completed', 'completed')];
    expect(life.map((_, index) => seen(...life.slice(0, index + 1)))).toStrictEqual([
      'coder-1 starting',
      'coder-1 idle, pid 100',
      'coder-1 working, pid 100',
      'coder-1 working, pid 100, 50 %, Editing',
      'coder-1 completed, pid 100',
    ]);
  });

  it('has status, task, role and times', () => {
    expect(
      after(born, e.agent('agent.started', 'idle', { role: 'coder' }), e.agent('agent.health', 'idle')),
    ).toMatchObject({
      agent_name: 'gemini',
      role: 'coder',
      task_id: 'task-1',
      since: '2026-03-01T12:00:02.000Z',
      last_seen_at: '2026-03-01T12:00:03.000Z',
    });
  });

  it('keeps how it ended', () => {
    const ending = e.agent('agent.failed', 'failed', {
      error_message: 'ended by signal 9',
      signal: 'SIGKILL',
      exit_code: 137,
    });
    expect(after(...working, ending)).toMatchObject({
      status: 'failed',
      error_message: 'ended by signal 9',
      signal: 'SIGKILL',
      exit_code: 137,
    });
  });

  it('begins anew when it is created or started again', () => {
    const again = after(
      ...working,
      progress(0.5, 'Editing'),
      e.agent('agent.failed', 'failed', { exit_code: 1 }),
      born,
    );
    expect(again).toMatchObject({
      status: 'starting',
      process: undefined,
      session_id: undefined,
      exit_code: undefined,
    });
    expect(
      seen(
        ...working,
        e.agent('agent.stopped', 'stopped'),
        e.agent('agent.started', 'idle', { process: e.processOf(200) }),
      ),
    ).toBe('coder-1 idle, pid 200');
  });

  it('is not begun by what an unknown agent does', () => {
    expect(seen(progress(0.5, 'Editing'))).toBe('no agent');
    expect(seen(call(5))).toBe('no agent');
  });
});

describe('an agent that has ended is never shown as a live one', () => {
  const endings = [
    ['agent.completed', 'completed'],
    ['agent.failed', 'failed'],
    ['agent.stopped', 'stopped'],
    ['agent.deleted', 'deleted'],
  ] as const;

  it.each(endings)('%s means %s, whatever status stands in it', (type, status) => {
    for (const claimed of agentStatusSchema.options) {
      const shown = after(...working, e.agent(type, claimed))?.status;
      expect(shown).toBe(isLive(claimed) ? status : claimed);
    }
  });

  it.each(endings)('after %s nothing but a new beginning makes it live', (type, status) => {
    const late = [
      e.agent('agent.health', 'working'),
      e.agent('agent.health', 'idle', { process: e.processOf(100) }),
      e.agent('agent.paused', 'paused'),
      e.agent('agent.resumed', 'working'),
      e.invoked(),
      progress(0.9, 'Editing', 'pending'),
      edit,
    ];
    for (const event of late)
      expect(seen(...working, e.agent(type, status), event)).toBe(`coder-1 ${status}, pid 100`);
  });

  it('but what it used is counted also when it is told late', () => {
    expect(seen(...working, e.agent('agent.failed', 'failed'), call(7))).toBe(
      'coder-1 failed, pid 100, 7 tokens',
    );
  });
});

const start = (started?: string) =>
  e.agent('agent.started', 'idle', { process: e.processOf(100, { started }) });

describe('an agent that is lost', () => {
  it('keeps when it was seen last', () => {
    expect(seen(...working, lost(100))).toBe('coder-1 lost, pid 100, because not seen');
    expect(after(...working, lost(100))).toMatchObject({
      last_seen_at: '2026-03-01T12:00:03.000Z',
      since: '2026-03-01T12:00:04.000Z',
    });
  });

  it('was live before: what ended is not lost', () => {
    const ended = [...working, e.agent('agent.completed', 'completed')];
    expect(seen(...ended, lost(100))).toBe('coder-1 completed, pid 100');
    expect(seen(...ended, lost())).toBe('coder-1 completed, pid 100');
  });

  it('is lost without a process when it never had one', () => {
    expect(seen(born, lost())).toBe('coder-1 lost, because not seen');
  });

  it('is not lost because an older process of it is', () => {
    const restarted = [...working, born, e.agent('agent.started', 'idle', { process: e.processOf(200) })];
    expect(seen(...restarted, lost(100))).toBe('coder-1 idle, pid 200');
    expect(seen(...working, born, lost(100))).toBe('coder-1 starting');
  });

  it('is not lost because the same pid was lost on another machine or at another time', () => {
    expect(seen(start(), lost(100, { host: 'elsewhere' }))).toContain('idle');
    expect(seen(start('2'), lost(100, { started: '1' }))).toContain('idle');
    expect(seen(start('2'), lost(100, { started: '2' }))).toContain('lost');
    expect(seen(start('2'), lost(100))).toContain('lost');
  });

  it('may be seen again, or turn out to have ended', () => {
    expect(
      seen(...working, lost(100), e.agent('agent.health', 'working', { process: e.processOf(100) })),
    ).toBe('coder-1 working, pid 100');
    expect(
      seen(...working, lost(100), e.agent('agent.failed', 'failed', { error_message: 'signal 9' })),
    ).toBe('coder-1 failed, pid 100, because signal 9');
  });

  it('is not found again by output that was on its way', () => {
    expect(seen(...working, lost(100), progress(0.9, 'Editing'))).toBe(
      'coder-1 lost, pid 100, because not seen',
    );
  });
});

describe('an agent whose process was replaced', () => {
  const failed = e.agent('agent.failed', 'failed', { process: e.processOf(100) });

  it('has not failed because the one before did', () => {
    const restarted = [...working, born, e.agent('agent.started', 'idle', { process: e.processOf(200) })];
    expect(seen(...restarted, failed)).toBe('coder-1 idle, pid 200');
    expect(seen(...working, born, failed)).toBe('coder-1 starting');
    expect(seen(...working, failed)).toBe('coder-1 failed, pid 100');
  });
});

describe('an agent that does not respond', () => {
  const silent = e.agent('agent.health', 'starting', { responding: false, reason: 'suspended' });
  const again = e.agent('agent.health', 'starting', { responding: true });

  it('keeps the status that its own events gave it', () => {
    expect(after(...working, silent)).toMatchObject({
      status: 'working',
      reason: 'suspended',
      unresponsive_since: '2026-03-01T12:00:04.000Z',
    });
    expect(after(...working, silent, silent)?.unresponsive_since).toBe('2026-03-01T12:00:04.000Z');
    expect(after(...working, silent, again)).toMatchObject({
      status: 'working',
      reason: undefined,
      unresponsive_since: undefined,
    });
  });

  it('responds when it goes on, and when it has ended nobody waits for that', () => {
    expect(after(...working, silent, e.agent('agent.health', 'idle'))?.unresponsive_since).toBeUndefined();
    const ended = e.agent('agent.stopped', 'stopped');
    expect(after(...working, silent, ended)?.unresponsive_since).toBeUndefined();
    expect(after(...working, ended, silent)).toMatchObject({ status: 'stopped' });
    expect(after(...working, ended, silent)?.unresponsive_since).toBeUndefined();
  });
});

describe('health', () => {
  it('tells of a process that was not known', () => {
    const registered = e.agent('agent.registered', 'idle');
    expect(seen(registered, e.agent('agent.health', 'working', { process: e.processOf(7) }))).toBe(
      'coder-1 working, pid 7',
    );
  });
});

describe('what an agent is doing', () => {
  it('is its last progress; a tool call that has ended is not what it does', () => {
    expect(seen(...working, progress(0.2, 'Reading'), progress(0, 'Editing a.ts', 'pending'))).toBe(
      'coder-1 working, pid 100, 20 %, Editing a.ts, in src/a.ts',
    );
    expect(seen(...working, progress(0.2, 'Reading'), progress(0, 'Editing a.ts', 'completed'))).toBe(
      'coder-1 working, pid 100, 20 %, Reading, in src/a.ts',
    );
  });

  it('is the file that it changed last', () => {
    expect(seen(...working, edit)).toBe('coder-1 working, pid 100, in src/b.ts');
  });

  it('sums up its tokens and cost', () => {
    expect(after(...working, call(5), call(6))).toMatchObject({ tokens_used: 11, cost_usd: 1 });
  });
});
