import http from 'node:http';
import { speakGemini } from './gemini-api.ts';
import { speakOpenAi } from './openai-api.ts';
import { decideStep } from './script.ts';
import type { Step, Turn } from './script.ts';

/** How one provider's API says what the script decides. */
export interface ModelApi {
  /** Whether a request is one for this API to answer with words of the model. */
  readonly asks: (method: string, url: string) => boolean;
  /** What the agent asked. Throws when the body is not of this API. */
  readonly read: (body: unknown) => Turn;
  readonly write: (step: Step, url: string) => { readonly type: string; readonly body: string };
}

const apis: readonly ModelApi[] = [speakGemini, speakOpenAi];

export interface ScriptedModel {
  /** Address without a slash at its end. */
  readonly url: string;
  /** What was decided, in order, for failures to be understood. */
  readonly steps: readonly Step[];
  /** Everything that was asked, as it came: what an agent still knows is in it. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * A model on the loopback interface that answers from the request alone: how far it is, is the number of tool results
 * since the person spoke. So any agent may ask it any number of times, in any order, also beside another one.
 */
export async function startScriptedModel(): Promise<ScriptedModel> {
  const steps: Step[] = [];
  const requests: string[] = [];
  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 400, message: String(error) } }));
    });
  });

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const api = apis.find(({ asks }) => asks(method, url));
    const parts: Buffer[] = [];
    for await (const part of request) if (Buffer.isBuffer(part)) parts.push(part);
    if (!api) {
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { code: 404, message: `${method} ${url} is not played` } }));
      return;
    }
    const asked = Buffer.concat(parts).toString('utf8');
    const step = decideStep(api.read(JSON.parse(asked)));
    requests.push(asked);
    steps.push(step);
    const { type, body } = api.write(step, url);
    response.writeHead(step.refused ? 429 : 200, { 'content-type': type });
    // A model that hangs is one whose answer does not end.
    if (step.hang) response.write(body);
    else response.end(body);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    steps,
    requests,
    async close() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}
