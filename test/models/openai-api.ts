import { z } from 'zod';
import type { ModelApi } from './scripted-model.ts';
import type { Step, Turn } from './script.ts';

const content = z
  .union([z.string(), z.array(z.object({ text: z.string().optional() }))])
  .nullish()
  .transform((value) =>
    typeof value === 'string' ? value : (value ?? []).map(({ text = '' }) => text).join('\n'),
  );

const request = z.object({
  messages: z.array(z.object({ role: z.string(), content })),
  tools: z.array(z.object({ function: z.object({ name: z.string() }) })).optional(),
});

/** https://platform.openai.com/docs/api-reference/chat-streaming, as far as opencode uses it. */
export const speakOpenAi: ModelApi = {
  asks: (method, url) => method === 'POST' && url.endsWith('/chat/completions'),
  read(body) {
    const { messages, tools = [] } = request.parse(body);
    const last = messages.findLastIndex(({ role }) => role === 'user');
    return {
      prompt: messages[last]?.content ?? '',
      results: messages.slice(last + 1).flatMap(({ role, content: text }) => (role === 'tool' ? text : [])),
      tools: tools.map(({ function: { name } }) => name),
    } satisfies Turn;
  },
  write: (step) => ({
    type: 'text/event-stream',
    body: chunksOf(step)
      .map((data) => `data: ${data}\n\n`)
      .join(''),
  }),
};

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
  JSON.stringify({
    id: 'scripted',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'scripted',
    choices: [{ index: 0, delta, finish_reason }],
    ...more,
  });

function chunksOf({ text, call, hang }: Step): string[] {
  const said = chunk({ role: 'assistant', content: text });
  if (hang) return [said];
  const called = { name: call?.name, arguments: JSON.stringify(call?.args) };
  const calls = [{ index: 0, id: `call-${call?.name}`, type: 'function', function: called }];
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
  return [
    said,
    ...(call ? [chunk({ tool_calls: calls })] : []),
    chunk({}, call ? 'tool_calls' : 'stop', { usage }),
    '[DONE]',
  ];
}
