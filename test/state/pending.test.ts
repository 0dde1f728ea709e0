import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { given, taskAfter } from './given.ts';
import { dedent } from './render.ts';

const { executing } = e.upTo;
const permissionsAfter = (...steps: e.Step[]) =>
  taskAfter([...executing, ...steps]).permissions.map((item) => item.request_id);

describe('a question of an agent', () => {
  it('waits until a person answers it', () => {
    given(executing).when(e.asked('q1'), e.asked('q2'), e.answered('q1')).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ○ One
          ○ Two
          ? Which one, q2? (coder-1)
          answer to q1 by user:ada: This one.
      `);
  });

  it('is answered by the first of two people; the second learns by whom', () => {
    given([...executing, e.asked('q1')])
      .when(e.answered('q1', 'Yes.', 'user:ada'), e.answered('q1', 'No.', 'user:bob'))
      .isIgnored('question q1 was answered already by user:ada');
  });

  it('has to be asked before it is answered, and is asked once', () => {
    given(executing).when(e.answered('q9')).isIgnored('question q9 is not open');
    given(executing).when(e.asked('q1'), e.asked('q1')).isIgnored('question q1 was asked already');
    given(executing)
      .when(e.asked('q1'), e.answered('q1'), e.asked('q1'))
      .isIgnored('question q1 was asked already');
  });

  it('stays when its agent ends: the answer still helps the task', () => {
    expect(taskAfter([...executing, e.asked(), e.agent('agent.failed', 'failed')]).questions).toHaveLength(1);
  });
});

const lost = (pid: number) => e.agent('agent.health', 'lost', { process: e.processOf(pid) });

describe('a request for permission', () => {
  it('waits until a person decides', () => {
    given(executing).when(e.requested('r1'), e.requested('r2'), e.decided('r1', 'deny')).gives(dedent`
        executing “Add rate limiting” revision 1
          plan 1 approved by user:ada
          ○ One
          ○ Two
          ! Run r2 (coder-1)
          r1: deny by user:ada
      `);
  });

  it('is decided by the first of two people; the second learns by whom', () => {
    given([...executing, e.requested('r1')])
      .when(e.decided('r1', 'deny', 'user:ada'), e.decided('r1', 'allow', 'user:bob'))
      .isIgnored('request r1 was denied already by user:ada');
    given([...executing, e.requested('r1')])
      .when(e.decided('r1', 'allow', 'user:ada'), e.decided('r1', 'deny', 'user:bob'))
      .isIgnored('request r1 was allowed already by user:ada');
  });

  it('has to be made before it is decided, and is open once', () => {
    given(executing).when(e.decided('r9')).isIgnored('request r9 is not open');
    given(executing).when(e.requested('r1'), e.requested('r1')).isIgnored('request r1 is open already');
  });

  it.each([
    ['completed', e.agent('agent.completed', 'completed')],
    ['failed', e.agent('agent.failed', 'failed')],
    ['stopped', e.agent('agent.stopped', 'stopped')],
    ['deleted', e.agent('agent.deleted', 'deleted')],
    ['lost', e.agent('agent.health', 'lost')],
    ['failed with a status that contradicts', e.agent('agent.failed', 'working')],
  ])('goes away with its agent: %s', (_, ending) => {
    expect(permissionsAfter(e.requested('mine'), e.requested('other', 'coder-2'), ending)).toStrictEqual([
      'other',
    ]);
  });

  it('goes away when its agent starts as a new process, which never asked', () => {
    const restart = e.agent('agent.started', 'idle', { process: e.processOf(200) });
    expect(permissionsAfter(e.requested('mine'), restart)).toStrictEqual([]);
  });

  it('stays while its agent lives', () => {
    const alive = [e.invoked(), e.agent('agent.health', 'waiting'), e.agent('agent.paused', 'paused')];
    expect(permissionsAfter(e.requested('mine'), ...alive)).toStrictEqual(['mine']);
  });

  it('stays when only an older process of its agent is lost', () => {
    const first = e.agent('agent.started', 'idle', { process: e.processOf(100) });
    const second = e.agent('agent.started', 'idle', { process: e.processOf(200) });
    expect(permissionsAfter(first, second, e.requested('mine'), lost(100))).toStrictEqual(['mine']);
    expect(permissionsAfter(first, second, e.requested('mine'), lost(200))).toStrictEqual([]);
  });
});
