import { describe, expect, it } from 'vitest';
import { completeDraft } from '../../src/contract/draft.ts';
import { MAX_DATA_BYTES } from '../../src/contract/event.ts';
import { ID, NOW, complete, defaults, draft, refusalOf } from './drafts.ts';

describe('completing a draft', () => {
  it('fills in what has a default', () => {
    expect(complete()).toStrictEqual({
      id: ID,
      type: 'task.created',
      version: 1,
      timestamp: NOW,
      tenant_id: 'local',
      task_id: 'task-1',
      source: 'cli',
      source_agent_id: 'user:ada',
      call_chain: ['user:ada'],
      priority: 'normal',
      correlation_id: ID,
      context_refs: [],
      data: { description: 'Add rate limiting', interactive: true },
    });
  });

  it('writes the version of the type that is written today', () => {
    const data = { revision: 1, plan: '# Plan', chunks: [{ title: 'One', files: [] }] };
    expect(complete({ type: 'plan.ready', data }).version).toBe(2);
  });

  it('keeps what is given', () => {
    const given = {
      id: '01890000-0000-7000-8000-0000000000ff',
      timestamp: '2026-02-01T00:00:00Z',
      priority: 'critical',
      correlation_id: 'c-1',
      causation_id: 'c-0',
      tenant_id: 'local',
      context_refs: [`blob:${'a'.repeat(64)}`],
      call_chain: ['user:ada', 'planner-1', 'user:ada'],
    };
    expect(complete(given)).toMatchObject(given);
  });

  it('takes an undefined field as one that was left out, and drops a sequence', () => {
    const event = complete({ id: undefined, causation_id: undefined, sequence: 7 });
    expect(event.id).toBe(ID);
    expect(event).not.toHaveProperty('causation_id');
    expect(event).not.toHaveProperty('sequence');
  });

  it('leaves the draft that it was given as it was', () => {
    const given = Object.freeze(draft({ data: Object.freeze({ description: 'a', interactive: true }) }));
    expect(() => completeDraft(given, defaults)).not.toThrow();
  });
});

describe('a draft that does not fit is refused, with the field that is wrong', () => {
  const cases: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      'empty call_chain',
      { call_chain: [] },
      'invalid_event | call_chain | task.created: call_chain: must not be empty',
    ],
    [
      'source not in the call_chain',
      { call_chain: ['user:bob'] },
      "invalid_event | call_chain | task.created: call_chain: does not contain source_agent_id 'user:ada'",
    ],
    [
      'wrong tenant',
      { tenant_id: 'acme' },
      'wrong_tenant | tenant_id | task.created: tenant_id is "acme", but this log serves \'local\'',
    ],
    [
      'unknown type',
      { type: 'task.exploded' },
      "unknown_event_type | type | type: 'task.exploded' is not in the catalog",
    ],
    [
      'a name of every object as type',
      { type: 'toString' },
      "unknown_event_type | type | type: 'toString' is not in the catalog",
    ],
    ['type that is no text', { type: 7 }, 'invalid_event | type | type: must be a string'],
    [
      'newer version',
      { version: 9 },
      'unknown_event_version | version | task.created: version 9 is unknown; the newest known is 1',
    ],
    [
      'extra field of the envelope',
      { colour: 'red' },
      'invalid_event | colour | task.created: colour: is not a field of this event',
    ],
    [
      'extra field of the data',
      { data: { description: 'a', interactive: true, colour: 'red' } },
      'invalid_event | data.colour | task.created: data.colour: is not a field of this event',
    ],
    ['missing field of the data', { data: { description: 'a' } }, 'invalid_event | data.interactive |'],
    ['no data', { data: undefined }, 'invalid_event | data | task.created: data:'],
    [
      'wrong nested field',
      {
        type: 'plan.ready',
        data: {
          revision: 1,
          plan: 'p',
          chunks: [
            { title: 'One', files: [] },
            { title: 2, files: [] },
          ],
        },
      },
      'invalid_event | data.chunks[1].title | plan.ready: data.chunks[1].title:',
    ],
    [
      'wrong field of an older version',
      { type: 'plan.ready', version: 1, data: { revision: 1, plan: 'p', chunks: [7] } },
      'invalid_event | data.chunks[0] | plan.ready: data.chunks[0]:',
    ],
    [
      'control character in words of a person',
      { type: 'user.approved_plan', data: { user_id: 'ada', revision: 1, comment: 'go\u0007od' } },
      'invalid_event | data.comment | user.approved_plan: data.comment: contains the control character U+0007 at position 3',
    ],
    [
      'control character in a name',
      { task_id: 'a\u001b[2J' },
      'invalid_event | task_id | task.created: task_id: must not contain control characters',
    ],
    [
      'blank words',
      { data: { description: ' \n\u00a0', interactive: true } },
      'invalid_event | data.description | task.created: data.description: must not be empty',
    ],
    ['id that is no UUIDv7', { id: '7b0e3f0e-7d9f-4a06-b0f5-1d0a58d5c8aa' }, 'invalid_event | id |'],
    ['id that is null', { id: null }, 'invalid_event | id |'],
    ['timestamp with an offset', { timestamp: '2026-03-01T12:00:00+01:00' }, 'invalid_event | timestamp |'],
    ['unknown priority', { priority: 'urgent' }, 'invalid_event | priority |'],
    [
      'reference that is no blob',
      { context_refs: ['file:a'] },
      'invalid_event | context_refs[0] | task.created: context_refs[0]: must be blob:<sha256>',
    ],
  ];
  it.each(cases)('%s', (_, fields, refusal) => {
    expect(refusalOf(draft(fields))).toContain(refusal);
  });

  it.each([[null], ['text'], [[]], [undefined]])('%j is no event', (given) => {
    expect(refusalOf(given)).toBe('invalid_event |  | An event must be an object.');
  });

  it('newlines and tabs are words', () => {
    expect(refusalOf(draft({ data: { description: 'a\n\tb\r\n', interactive: true } }))).toBe('accepted');
  });

  it('data that refers to itself, or is nested without end', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    const type = 'context.updated';
    expect(refusalOf(draft({ type, data: { agent_id: 'a', patch: loop } }))).toContain(
      'data: is nested more than',
    );
    const deep: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    expect(refusalOf(draft({ type, data: { agent_id: 'a', patch: { deep } } }))).toContain(
      'data: is nested more than',
    );
  });
});

const frame = JSON.stringify({ stream: 'message', text: '' }).length;
const output = (text: string) => draft({ type: 'agent.output', data: { stream: 'message', text } });

describe('the size of data', () => {
  it('may be exactly 64 KiB', () => {
    expect(refusalOf(output('a'.repeat(MAX_DATA_BYTES - frame)))).toBe('accepted');
  });

  it('is refused above, and the error says what to do', () => {
    expect(refusalOf(output('a'.repeat(MAX_DATA_BYTES - frame + 1)))).toBe(
      'data_too_large | data | agent.output: data has 65537 bytes; at most 65536 are allowed',
    );
  });

  it('is measured in bytes of UTF-8, not in characters', () => {
    expect(refusalOf(output('ü'.repeat(MAX_DATA_BYTES / 2)))).toContain(
      `data has ${MAX_DATA_BYTES + frame} bytes`,
    );
  });
});

describe('secrets in a draft', () => {
  it('are redacted before the event is complete', () => {
    const description = `use ghp_${'a1'.repeat(18)} please`;
    expect(complete({ data: { description, interactive: true } }).data).toStrictEqual({
      description: 'use [redacted github token] please',
      interactive: true,
    });
  });

  it('do not stand in the message of a refusal', () => {
    const secret = `sk-ant-${'a1'.repeat(20)}`;
    expect(
      refusalOf(draft({ data: { description: secret, interactive: secret, [secret]: 1 } })),
    ).not.toContain(secret);
  });
});
