import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { given, taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { planning, plan_review, executing, reviewing } = e.upTo;

describe('a task from its creation to its end', () => {
  it('is planned, approved, carried out, reviewed and completed', () => {
    given(reviewing).when(e.reviewPassed(), e.completed(['src/a.ts'])).gives(dedent`
        completed “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ✓ One
          ✓ Two
          review passed
          summary: Done.
          files: src/a.ts
      `);
  });

  it('has the first line of its description as title, shortened', () => {
    expect(taskAfter([e.created('\n\nFix login\r\nIt fails.')]).title).toBe('Fix login');
    const words = 'Refuse requests that come faster than sixty in a minute, with a reason';
    expect(taskAfter([e.created(words)]).title).toBe(
      'Refuse requests that come faster than sixty in a minute…',
    );
    expect(taskAfter([e.created('x'.repeat(100))]).title).toBe(`${'x'.repeat(59)}…`);
    expect(taskAfter([e.created(`${'x'.repeat(58)}😀😀`)]).title).toBe(`${'x'.repeat(58)}…`);
  });

  it('begins when it is created: what came before is of no task', () => {
    expect(taskAfter([e.started(), e.created()])).toMatchObject({ phase: 'created', version: 2 });
  });

  it('is created once', () => {
    given(planning).when(e.created('Another')).isIgnored('the task exists already');
  });

  it('is started once', () => {
    given(planning).when(e.started()).isIgnored('the task is in phase planning already');
  });

  it('waits for a decision on the plan with its chunks', () => {
    given(planning).when(e.planReady()).gives(dedent`
        plan_review “Add rate limiting” revision 1
          plan 1
          ○ One
          ○ Two
      `);
  });

  it('knows since when it is in its phase, and what moved it there', () => {
    const task = taskAfter([...plan_review, e.step('agent.output', { stream: 'message', text: 'hm' })]);
    expect(task).toMatchObject({
      version: 4,
      phase_since: '2026-03-01T12:00:03.000Z',
      updated_at: '2026-03-01T12:00:04.000Z',
      cause_id: '01890000-0000-7000-8000-000000000003',
    });
  });
});

const file = (file_path: string) => e.step('file.modified', { operation: 'modify', file_path });

const call = (used: object) => e.step('provider.called', { provider: 'p', model: 'm', ...used });

describe('what a task comes by on its way', () => {
  it('are agents, files, tokens and cost', () => {
    const task = taskAfter([
      ...executing,
      e.assigned('coder'),
      file('src/a.ts'),
      file('src/b.ts'),
      file('src/a.ts'),
      call({ tokens_used: 100, input_tokens: 7, cost_usd: 0.25 }),
      call({ input_tokens: 20, output_tokens: 3 }),
    ]);
    expect(task).toMatchObject({
      assigned: { coder: { agent_id: 'coder-1', agent_name: 'gemini' } },
      changed_files: ['src/a.ts', 'src/b.ts'],
      tokens_used: 123,
      cost_usd: 0.25,
    });
  });

  it('is what people want the agents to know', () => {
    given(executing).when(e.context('Use Redis.')).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ○ One
          ○ Two
          context: Use Redis.
      `);
    given([...planning, e.cancelled()])
      .when(e.context('Late.'))
      .isIgnored('the task is cancelled already');
  });
});

describe('an event that cannot be read', () => {
  it('is counted as ignored, with the reason', () => {
    given(executing).when({ type: 'task.teleported', data: {}, by: 'future', task: e.TASK }).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ○ One
          ○ Two
          ignored 1, last unknown: type 'task.teleported' is not in the catalog
      `);
  });
});
