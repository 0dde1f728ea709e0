import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { detectAgents } from '../../src/agents/known-agents.ts';
import { makeWorkspace } from './harness.ts';

test('agents are found on the PATH, whatever folder they are in', () => {
  const folder = makeWorkspace({ 'one/gemini': '', 'two/opencode': '', 'two/qwen': '' });
  fs.chmodSync(path.join(folder, 'one/gemini'), 0o755);
  fs.chmodSync(path.join(folder, 'two/opencode'), 0o755);
  fs.chmodSync(path.join(folder, 'two/qwen'), 0o644); // not a program
  const PATH = ['', '.', path.join(folder, 'none'), path.join(folder, 'one'), path.join(folder, 'two')];
  expect(detectAgents({ PATH: PATH.join(path.delimiter) })).toEqual({
    gemini: { command: ['gemini', '--acp'], env: {} },
    opencode: { command: ['opencode', 'acp'], env: {} },
  });
});

test('without a PATH there are none', () => {
  expect(detectAgents({})).toEqual({});
});
