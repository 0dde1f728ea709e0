import { describe, expect, test } from 'vitest';
import { newEventId } from '../../../src/log/event-id.ts';
import type { ReadQuery } from '../../../src/log/log.ts';
import type { Fixture } from '../conformance.ts';
import { output, outputs, progress, range, readAll, sequences } from '../drafts.ts';

/** Ten events: odd sequences of task-1, of which 3 and 9 are progress; even ones of task-2, of which 4 is. */
async function tenEvents({ open }: Fixture) {
  const { log } = await open();
  const drafts = range(1, 10).map((sequence) => {
    const task_id = sequence % 2 === 1 ? 'task-1' : 'task-2';
    return [3, 4, 9].includes(sequence) ? progress('p', { task_id }) : output('o', { task_id });
  });
  await log.append(drafts);
  return log;
}

export function describeRead(fixture: Fixture): void {
  const { open } = fixture;
  describe('read', () => {
    test.each<[ReadQuery, number[]]>([
      [{}, range(1, 10)],
      [{ after: 7 }, [8, 9, 10]],
      [{ after: 10 }, []],
      [{ after: 99 }, []],
      [{ until: 2 }, [1, 2]],
      [{ until: 0 }, []],
      [{ until: 99 }, range(1, 10)],
      [{ after: 3, until: 5 }, [4, 5]],
      [{ limit: 3 }, [1, 2, 3]],
      [{ limit: 0 }, []],
      [{ after: 3, limit: 2 }, [4, 5]],
      [{ taskId: 'task-1' }, [1, 3, 5, 7, 9]],
      [{ taskId: 'task-2', after: 4, until: 8 }, [6, 8]],
      [{ taskId: 'task-2', limit: 2 }, [2, 4]],
      [{ taskId: 'nobody' }, []],
      [{ types: ['agent.progress'] }, [3, 4, 9]],
      [{ types: ['agent.progress', 'agent.output'], after: 8 }, [9, 10]],
      [{ types: ['agent.progress'], limit: 2 }, [3, 4]],
      [{ types: [] }, []],
      [{ types: ['agent.progress'], taskId: 'task-1', after: 3 }, [9]],
    ])('%j', async (query, expected) => {
      expect(sequences(await readAll(await tenEvents(fixture), query))).toEqual(expected);
    });

    test('of a log longer than a page is complete', async () => {
      const { log } = await open();
      await log.append(outputs(2345, 0, { task_id: 'task-1' }));
      expect(sequences(await readAll(log))).toEqual(range(1, 2345));
      expect(sequences(await readAll(log, { taskId: 'task-1', after: 100 }))).toEqual(range(101, 2345));
      expect(sequences(await readAll(log, { limit: 1501 }))).toEqual(range(1, 1501));
    });

    test('finds what is rare in a long log', async () => {
      const { log } = await open();
      for (let first = 0; first < 45_000; first += 5000) await log.append(outputs(5000, first));
      await log.append([progress('rare')]);
      expect(sequences(await readAll(log, { types: ['agent.progress'] }))).toEqual([45_001]);
    });

    test('ends at the head of its beginning, though others go on appending', async () => {
      const { log } = await open();
      const other = await open();
      await log.append(outputs(1500));
      const read: number[] = [];
      for await (const event of log.read()) {
        if (event.sequence === 1) await other.log.append(outputs(1500));
        read.push(event.sequence);
      }
      expect(read).toEqual(range(1, 1500));
    });

    test('sees at once what another peer appended', async () => {
      const { log } = await open();
      const other = await open();
      for (const sequence of range(1, 50)) {
        await other.log.append([output('x')]);
        expect(await log.head()).toBe(sequence);
        expect(sequences(await readAll(log, { after: sequence - 1 }))).toEqual([sequence]);
      }
    });

    test('can be left early', async () => {
      const { log } = await open();
      await log.append(outputs(1000));
      for await (const event of log.read()) if (event.sequence === 600) break;
      expect(sequences(await log.append([output('next')]))).toEqual([1001]);
    });

    test('gives each reader objects of its own', async () => {
      const { log } = await open();
      await log.append([output('a', { id: newEventId() })]);
      const [mine] = await readAll(log);
      mine?.call_chain.push('changed');
      expect(await readAll(log)).toMatchObject([{ call_chain: ['user:test'] }]);
    });

    test('keeps the identity of the log', async () => {
      const { log } = await open();
      const other = await open();
      expect(log.logId).not.toBe('');
      expect(other.log.logId).toBe(log.logId);
    });
  });
}
