import fs from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findProcess, listProcesses } from '../../src/agents/process-list.ts';
import { isAlive } from '../../src/agents/process-tree.ts';
import { startScriptedModel } from '../models/scripted-model.ts';
import { geminiLaunch } from './gemini.ts';
import {
  chunkPrompt,
  draw,
  fileWritten,
  makeWorkspace,
  never,
  planPrompt,
  recordHandlers,
  start,
} from '../agents/harness.ts';
import type { RecordedHandlers } from '../agents/harness.ts';

/** The real program; only the model behind it is scripted. */
async function startGemini(cwd: string, handlers: RecordedHandlers = recordHandlers()) {
  const model = await startScriptedModel();
  onTestFinished(() => model.close());
  return await start(geminiLaunch({ home: makeWorkspace(), modelUrl: model.url, cwd }), handlers);
}

test('Gemini plans', { timeout: 60_000 }, async () => {
  const handlers = recordHandlers();
  const session = await startGemini(makeWorkspace({ 'README.md': '# Sample\n' }), handlers);
  const { outcome, text } = await session.prompt(planPrompt('Write hello.md'), never());
  expect(outcome).toBe('completed');
  expect(text).toContain('# Plan');
  expect(text).toContain('"chunks":[{"title":"Write hello.md"');
  const said = handlers.of('agent.output').filter(({ stream }) => stream === 'message');
  expect(said.map((output) => output.text).join('')).toContain('# Plan');
  expect(handlers.of('provider.called')).toMatchObject([
    { provider: 'gemini', model: 'gemini-2.5-flash', input_tokens: 100, output_tokens: 20, tokens_used: 120 },
  ]);
});

test(
  'Gemini writes a file when it is allowed to, and not when it is denied',
  { timeout: 60_000 },
  async () => {
    const cwd = makeWorkspace({ 'README.md': '# Sample\n' });
    let decision: 'allow' | 'deny' = 'allow';
    const previews: unknown[] = [];
    const handlers = recordHandlers({
      decidePermission({ preview }) {
        previews.push(preview);
        return Promise.resolve(decision);
      },
    });
    const session = await startGemini(cwd, handlers);
    const written = 'Written by a scripted model.\nTwice.\n';

    const allowed = await session.prompt(chunkPrompt('Docs', 'Write hello.md\nFiles: hello.md\nDo'), never());
    expect(allowed.text).toBe('I write it.\n\nDone with hello.md.');
    expect(fs.readFileSync(path.join(cwd, 'hello.md'), 'utf8')).toBe(written);
    expect(previews).toEqual(['hello.md (new file)\n+Written by a scripted model.\n+Twice.']);
    expect(draw(handlers.reports)).toEqual([
      'Writing to hello.md: pending',
      'Writing to hello.md: completed',
      'file.created hello.md',
    ]);
    expect(handlers.of('file.created')).toMatchObject([{ file_size: written.length, lines_added: 2 }]);

    decision = 'deny';
    handlers.reports.length = 0;
    const denied = await session.prompt(chunkPrompt('Docs', 'Write other.md\nFiles: other.md\nDo'), never());
    expect(handlers.asked).toHaveLength(2);
    expect(fs.existsSync(path.join(cwd, 'other.md'))).toBe(false);
    expect(draw(handlers.reports)).toEqual(['Writing to other.md: pending', 'Writing to other.md: failed']);
    expect(['completed', 'refused']).toContain(denied.outcome);
  },
);

test('cancelled while a command runs, Gemini leaves no process behind', { timeout: 60_000 }, async () => {
  const cwd = makeWorkspace();
  const handlers = recordHandlers({ decidePermission: () => Promise.resolve('allow') });
  const session = await startGemini(cwd, handlers);
  const cancel = new AbortController();
  const command = `node -e "fs.writeFileSync('pid.txt', String(process.pid)); setTimeout(() => 0, 600000)"`;
  const began = fileWritten(cwd, 'pid.txt');
  const turn = session.prompt(
    chunkPrompt(`Docs [run: ${command}]`, 'Run it\nFiles: x.txt\nDo'),
    cancel.signal,
  );
  const pid = Number(await began);
  expect(findProcess(pid)).toBeDefined();
  cancel.abort();
  expect(await turn).toMatchObject({ outcome: 'cancelled' });
  await session.stop();
  expect(findProcess(pid)).toBeUndefined();
  expect(isAlive(session.process)).toBe(false);
  expect(listProcesses().filter(({ group }) => group === session.process.pid)).toEqual([]);
});

test(
  'cancelled while its model thinks, Gemini obeys and takes the next prompt',
  { timeout: 60_000 },
  async () => {
    const handlers = recordHandlers();
    const session = await startGemini(makeWorkspace(), handlers);
    const cancel = new AbortController();
    const turn = session.prompt('[hang]', cancel.signal);
    await handlers.seen(({ type }) => type === 'agent.output');
    cancel.abort();
    expect(await turn).toMatchObject({ outcome: 'cancelled' });
    expect(isAlive(session.process)).toBe(true);
    expect(await session.prompt('Hello', never())).toEqual({ outcome: 'completed', text: 'Nothing to do.' });
  },
);
