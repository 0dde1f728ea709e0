import { describe, expect, it } from 'vitest';
import { type WorldFold, createWorld } from '../../src/state/world.ts';
import * as e from './events.ts';
import { worldAfter } from './given.ts';
import { renderAgent } from './render.ts';

const { executing } = e.upTo;
const output = e.step('agent.output', { stream: 'message', text: 'hm' }, { by: 'coder-1' });

const stateOf = (world: WorldFold): unknown => JSON.parse(world.serialize());

describe('the world', () => {
  it('holds each task and agent, and the position in the log', () => {
    const world = worldAfter([
      ...executing,
      e.created('Fix login', { task: 'task-2' }),
      e.agent('agent.started', 'idle'),
    ]);
    expect(world.position).toBe(6);
    expect([...world.tasks.keys()]).toStrictEqual(['task-1', 'task-2']);
    expect([...world.agents.keys()]).toStrictEqual(['coder-1']);
  });

  it('takes a repeated or an older event for what it is: known', () => {
    const events = e.logOf([...executing, e.asked()]);
    const world = createWorld();
    for (const event of [...events, ...events, ...events.toReversed()]) world.apply(event);
    expect(world.serialize()).toBe(worldAfter([...executing, e.asked()]).serialize());
  });

  it('keeps the very objects that an event does not touch, so that views can compare', () => {
    const world = worldAfter([...executing, e.agent('agent.started', 'idle')]);
    const task = world.tasks.get(e.TASK);
    const inbox = world.inbox;
    for (const event of e.logOf([e.created('Other', { task: 'task-2' })], 5)) world.apply(event);
    expect(world.tasks.get(e.TASK)).toBe(task);
    for (const event of e.logOf([output], 6)) world.apply(event);
    expect(world.tasks.get(e.TASK)?.chunks).toBe(task?.chunks);
    expect(world.inbox).toStrictEqual(inbox);
  });

  it('counts events that no task took', () => {
    const world = worldAfter([
      e.step('task.started', {}, { task: 'nowhere' }),
      e.step('task.created', { description: 'x', interactive: true }, { task: null }),
      e.step('chunk.started', { index: 0, title: 'x', attempt: 1 }, { task: null }),
      e.step('user.joined', { user_id: 'ada', client: 'vscode' }, { task: null }),
    ]);
    expect([world.ignored, world.tasks.size]).toStrictEqual([3, 0]);
  });

  it('is saved in pieces as of one moment, whatever happens while they are taken', () => {
    const world = worldAfter([...executing, e.agent('agent.started', 'idle'), e.asked()]);
    const whole = world.serialize();
    let saved = '';
    for (const piece of world.serialized()) {
      saved += piece;
      for (const event of e.logOf([e.answered(), e.failed()], 6)) world.apply(event);
    }
    expect(saved).toBe(whole);
    expect(world.serialize()).not.toBe(whole);
    expect([...createWorld().serialized()].join('')).toBe(createWorld().serialize());
  });

  it('goes on from what it was saved as', () => {
    const past = [...executing, e.agent('agent.started', 'idle'), e.asked()];
    const next = [e.requested(), e.answered(), e.chunkStarted(0), e.failed()];
    const world = createWorld(worldAfter(past).serialize());
    for (const event of e.logOf(next, past.length)) world.apply(event);
    const whole = worldAfter([...past, ...next]);
    expect(stateOf(world)).toStrictEqual(stateOf(whole));
    expect(world.inbox).toStrictEqual(whole.inbox);
  });
});

const born = e.agent('agent.created', 'starting');

const shown = (...steps: e.Step[]) => renderAgent(worldAfter([...executing, ...steps]).agents.get('coder-1'));

describe('an agent that never got a process', () => {
  it('is over with its task: nobody could see that it is lost', () => {
    expect(shown(born, e.failed())).toBe('coder-1 stopped, because the task is failed');
  });

  it('of a cancelled task is over when everything has ended', () => {
    expect(shown(born, e.cancelled())).toBe('coder-1 starting');
    expect(shown(born, e.cancelled(), e.stopped())).toBe('coder-1 stopped, because the task is cancelled');
  });

  it('of another task goes on', () => {
    const other = e.created('Fix login', { task: 'task-2' });
    expect(shown(born, other, e.failed('x', { task: 'task-2' }))).toBe('coder-1 starting');
  });

  it('with a process is what the operating system says of it', () => {
    const up = e.agent('agent.started', 'idle', { process: e.processOf(100) });
    expect(shown(born, up, e.failed())).toBe('coder-1 idle, pid 100');
  });
});

const tool = (status: 'pending' | 'in_progress' | 'completed' | 'failed') =>
  e.step('agent.progress', {
    progress: 0,
    stage: 'tool',
    description: `Run tests: ${status}`,
    tool: { call_id: 't', kind: 'execute', status, file_paths: [] },
  });

describe('the activity', () => {
  it('tells who did what, one printable line each, the newest last', () => {
    const edit = { operation: 'modify', file_path: 'src/a.ts', lines_added: 12, lines_removed: 3 } as const;
    const world = worldAfter([
      ...executing,
      e.step('file.modified', edit, { by: 'coder-1' }),
      e.failed('\u001b[31mboom\u001b[0m\n  at line 1'),
    ]);
    expect(world.activity.map(({ who, text }) => `${who} ${text}`)).toStrictEqual([
      'user:ada created the task “Add rate limiting”',
      'orchestrator took the task up',
      'planner-1 plan ready: revision 1, 2 chunks',
      'user:ada approved revision 1',
      'coder-1 modified src/a.ts +12 −3',
      'orchestrator the task failed: boom at line 1',
    ]);
    expect(world.activity[4]?.file_path).toBe('src/a.ts');
  });

  it('leaves out bookkeeping, streams and figures', () => {
    const call = e.step('provider.called', { provider: 'p', model: 'm' });
    const joined = e.step('user.joined', { user_id: 'ada', client: 'vscode' }, { task: null });
    const quiet = [
      output,
      call,
      joined,
      e.assigned('coder'),
      e.invoked(),
      e.agent('agent.created', 'starting'),
    ];
    expect(worldAfter(quiet).activity).toStrictEqual([]);
  });

  it('tells a tool call once, when it has ended', () => {
    const thought = e.step('agent.progress', { progress: 0.1, stage: 'x', description: 'Thinking' });
    const steps = [thought, tool('pending'), tool('in_progress'), tool('completed'), tool('failed')];
    expect(worldAfter(steps).activity.map(({ text }) => text)).toStrictEqual([
      'Run tests: completed',
      'Run tests: failed',
    ]);
  });

  it('is bounded, and the same for who was there all the time and who came later', () => {
    const steps = Array.from({ length: 1234 }, (_, index) => e.context(`note ${index}`));
    const world = worldAfter([e.created(), ...steps]);
    expect(world.activity).toHaveLength(500);
    expect(world.activity.at(-1)?.text).toBe('gave context: “note 1233”');
    expect(createWorld(world.serialize()).activity).toEqual(world.activity);
  });
});
