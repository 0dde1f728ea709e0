import { describe, expect, it } from 'vitest';
import * as e from './events.ts';
import { worldAfter } from './given.ts';

const told = (...steps: e.Step[]): string[] => worldAfter(steps).activity.map(({ text }) => text);

const tool = (kind: string, status: 'completed' | 'failed', ...file_paths: string[]) =>
  e.step('agent.progress', {
    progress: 0,
    stage: kind,
    description: `${kind} ${status}`,
    tool: { call_id: kind, kind, status, file_paths },
  });

describe('the activity is quiet about', () => {
  it('agents that begin and end as they should; one that is lost or fails is told', () => {
    expect(
      told(
        e.agent('agent.started', 'working'),
        e.agent('agent.health', 'working'),
        e.agent('agent.health', 'lost'),
        e.agent('agent.completed', 'completed'),
        e.agent('agent.failed', 'failed'),
      ),
    ).toStrictEqual(['lost', 'failed']);
  });

  it('tools that only look, unless they fail', () => {
    const kinds = ['read', 'search', 'think', 'execute', 'fetch'];
    expect(told(...kinds.map((kind) => tool(kind, 'completed', 'a.ts')))).toStrictEqual([
      'execute completed',
      'fetch completed',
    ]);
    expect(told(tool('read', 'failed', 'a.ts'))).toStrictEqual(['read failed']);
  });

  it('an edit whose files are told by events of their own', () => {
    expect(
      told(
        tool('edit', 'completed', 'a.ts'),
        e.step('file.modified', { operation: 'modify', file_path: 'a.ts', lines_added: 5 }),
        tool('edit', 'completed'),
        tool('edit', 'failed', 'a.ts'),
      ),
    ).toStrictEqual(['modified a.ts +5', 'edit completed', 'edit failed']);
  });
});
