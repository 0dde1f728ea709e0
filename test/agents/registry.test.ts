import type http from 'node:http';
import { expect, test } from 'vitest';
import { readRegistry } from '../../src/agents/registry.ts';
import { serveHttp } from '../http-server.ts';
import { never } from './harness.ts';

/** A registry on the loopback interface; its address. */
async function serve(answer: http.RequestListener): Promise<string> {
  return `${await serveHttp(answer)}registry.json`;
}

const read = (url: string, timeoutMs = 30_000) => readRegistry({ url, signal: never(), timeoutMs });
const send =
  (body: string, status = 200, headers = {}): http.RequestListener =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

const LISTED = {
  version: '1.0.0',
  agents: [
    {
      id: 'acme',
      name: 'Acme',
      distribution: { npx: { package: '@acme/agent@1', args: ['--acp'], env: { A: '1' } } },
    },
    {
      id: 'snake',
      name: 'Snake',
      repository: 'javascript:alert(1)',
      distribution: { uvx: { package: 'snake' } },
    },
    { id: 'solid', name: 'Solid', repository: 'https://solid.example', distribution: { binary: {} } },
    { id: '../evil', name: 'Evil', distribution: {} },
    { future: true },
  ],
};

test('what a registry lists is read, and what of it is not understood is left out', async () => {
  const { agents, problem } = await read(await serve(send(JSON.stringify(LISTED))));
  expect(problem).toBeUndefined();
  expect(agents).toMatchObject([
    { id: 'acme', command: ['npx', '--yes', '@acme/agent@1', '--acp'], env: { A: '1' } },
    { id: 'snake', command: ['uvx', 'snake'], repository: undefined },
    { id: 'solid', command: undefined, repository: 'https://solid.example' },
  ]);
});

test('a redirect is followed', async () => {
  const target = await serve(send(JSON.stringify(LISTED)));
  const { problem } = await read(await serve(send('', 302, { location: target })));
  expect(problem).toBeUndefined();
});

test.for([
  ['broken JSON', send('{"agents": ['), 'The list of agents is not in the form that is known.'],
  ['an empty list', send('{"agents": []}'), 'The list of agents is not in the form that is known.'],
  ['nothing there', send('', 404), 'The server answers 404.'],
  ['too much', send('x'.repeat(3_000_000)), 'It is larger than 2 MiB.'],
  [
    'a way out of https',
    send('', 302, { location: 'http://example.com/' }),
    'http://example.com is not an https address.',
  ],
  ['a circle', send('', 302, { location: '/registry.json' }), 'It redirects more than 3 times.'],
] as const)('the list that came with Lineclear is shown, and why: %s', async ([, answer, why]) => {
  const { agents, problem } = await read(await serve(answer));
  expect(problem).toBe(why);
  expect(agents.map(({ id }) => id)).toEqual(
    expect.arrayContaining(['gemini', 'opencode', 'codex-acp', 'goose']),
  );
});

test('a server that says nothing is not waited for', async () => {
  const { agents, problem } = await read(await serve(() => undefined), 300);
  expect(problem).toBe('The server does not answer in time.');
  expect(agents).not.toEqual([]);
});

test('an address without a server', async () => {
  const { problem } = await read('http://127.0.0.1:1/registry.json');
  expect(problem).toContain('fetch failed');
});

test('who does not wait any more is not kept waiting', async () => {
  const leave = new AbortController();
  const url = await serve(() => leave.abort(new Error('left')));
  await expect(readRegistry({ url, signal: leave.signal })).rejects.toThrow('left');
});
