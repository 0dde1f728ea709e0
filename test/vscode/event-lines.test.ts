import { expect, test } from 'vitest';
import type { AgentEvent } from '../../src/contract/event.ts';
import { decodeEvent } from '../../src/contract/decode.ts';
import { completeDraft } from '../../src/contract/draft.ts';
import { eventsText } from '../../src/vscode/event-lines.ts';
import { agent, worldOf } from './world-of.ts';

async function* events(count: number): AsyncGenerator<AgentEvent> {
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const draft = completeDraft(
      {
        type: 'agent.output',
        data: { stream: 'message', text: `line ${sequence}` },
        task_id: 'login',
        source: 'test',
        source_agent_id: 'coder-1',
        call_chain: ['coder-1'],
      },
      {
        tenantId: 'local',
        newId: () => `01900000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
        now: () => new Date('2026-03-02T14:00:00Z'),
      },
    );
    yield decodeEvent({ ...draft, sequence });
  }
}

const world = worldOf([agent('coder-1', 'agent.started', 'working')]);

test('of all tasks, agents are called by their ids; of one, by their roles', async () => {
  expect(await eventsText(events(1), { format: 'lines' }, world, 'UTC')).toBe(
    '     1  2026-03-02 14:00:00  coder-1       “line 1”\n',
  );
  expect(await eventsText(events(1), { format: 'lines', task_id: 'login' }, world, 'UTC')).toBe(
    '     1  2026-03-02 14:00:00  coder         “line 1”\n',
  );
});

const firstLine = async (count: number, older: number, format: 'lines' | 'json') =>
  (await eventsText(events(count), { format, older }, world)).split('\n', 1)[0];

test('says how many older events are left out, read or not', async () => {
  expect(await firstLine(1, 7, 'lines')).toBe(
    '… 7 older events not shown here; Lineclear: Export Events has all.',
  );
  expect(await firstLine(5001, 0, 'lines')).toBe(
    '… 1 older event not shown here; Lineclear: Export Events has all.',
  );
  expect(await firstLine(1, 7, 'json')).toBe(
    '// 7 older events not shown here; Lineclear: Export Events has all.',
  );
  expect(await firstLine(1, 0, 'json')).toBe('[');
});
