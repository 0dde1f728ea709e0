import { expect, test } from 'vitest';
import { sharedFiles } from '../../src/state/file-touches.ts';
import { createWorld } from '../../src/state/world.ts';
import { approved, cancelled, created, planReady, started, step } from './events.ts';
import { worldAfter } from './given.ts';

const changed = (file_path: string, by: string, task: string) =>
  step('file.modified', { operation: 'modify', file_path }, { by, task });

const begun = (task: string) => [
  created('Work', { task }),
  started({ task }),
  planReady(1, ['One'], { task }),
  approved(1, 'user:ada', { task }),
];

const touchesAfter = (...more: Parameters<typeof worldAfter>[0]) =>
  worldAfter([...begun('a'), ...begun('b'), ...more]);

const drawn = ({ touches }: ReturnType<typeof worldAfter>) =>
  [...touches].map(([file, ofFile]) => `${file}: ${ofFile.map(({ agent_id }) => agent_id).join(' ')}`);

test('a file has one touch of each agent, the newest last', () => {
  const world = touchesAfter(
    changed('x', 'coder-1', 'a'),
    changed('x', 'reviewer-1', 'a'),
    changed('x', 'coder-1', 'a'),
    changed('y', 'coder-1', 'a'),
  );
  expect(drawn(world)).toEqual(['x: reviewer-1 coder-1', 'y: coder-1']);
});

test('a file is shared only while two tasks that are not over have changed it', () => {
  const both = [changed('x', 'coder-1', 'a'), changed('x', 'reviewer-1', 'a'), changed('x', 'coder-2', 'b')];
  expect(sharedFiles(touchesAfter(...both.slice(0, 2)).touches)).toEqual([]);
  expect(sharedFiles(touchesAfter(...both).touches).map(([file]) => file)).toEqual(['x']);
  const ended = touchesAfter(...both, cancelled('user:ada', { task: 'b' }), changed('x', 'coder-2', 'b'));
  expect(drawn(ended)).toEqual(['x: coder-1 reviewer-1']);
});

test('a snapshot keeps them', () => {
  const world = touchesAfter(changed('x', 'coder-1', 'a'), changed('y', 'coder-2', 'b'));
  expect(createWorld(world.serialize()).touches).toEqual(world.touches);
});

test('of very many files those that were changed last are kept', () => {
  const many = Array.from({ length: 2001 }, (_, index) => changed(`file ${index}`, 'coder-1', 'a'));
  const { touches } = touchesAfter(...many);
  expect([touches.size, touches.has('file 0'), touches.has('file 2000')]).toEqual([2000, false, true]);
});
