import { z } from 'zod';
import type { ModelApi } from './scripted-model.ts';
import type { Turn } from './script.ts';

const part = z.object({
  text: z.string().optional(),
  functionResponse: z.object({ response: z.unknown() }).optional(),
});

const request = z.object({
  contents: z.array(z.object({ role: z.string().optional(), parts: z.array(part) })),
  tools: z
    .array(z.object({ functionDeclarations: z.array(z.object({ name: z.string() })).optional() }))
    .optional(),
});

/** As the free tier answers when the requests of a day are used up. */
const QUOTA = {
  error: {
    code: 429,
    message:
      'You exceeded your current quota, please check your plan and billing details. * Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 250\nPlease retry in 37.5s.',
    status: 'RESOURCE_EXHAUSTED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
        violations: [
          {
            quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
            quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
            quotaValue: '250',
          },
        ],
      },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '37s' },
    ],
  },
};

/** https://ai.google.dev/api/generate-content, as far as Gemini CLI uses it. */
export const speakGemini: ModelApi = {
  asks: (method, url) => method === 'POST' && /\/models\/[^/]+:(?:stream)?[gG]enerateContent/.test(url),
  read(body) {
    const { contents, tools = [] } = request.parse(body);
    return {
      ...readTurn(contents),
      tools: tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations.map(({ name }) => name)),
    };
  },
  write({ text, call, hang, refused }, url) {
    if (refused) return { type: 'application/json', body: JSON.stringify(QUOTA) };
    const parts = [{ text }, ...(call ? [{ functionCall: { id: `call-${call.name}`, ...call } }] : [])];
    const answer = {
      candidates: [{ content: { role: 'model', parts }, ...(hang ? {} : { finishReason: 'STOP' }) }],
      usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 },
      modelVersion: 'scripted',
    };
    return url.includes('streamGenerateContent')
      ? { type: 'text/event-stream', body: `data: ${JSON.stringify(answer)}\n\n` }
      : { type: 'application/json', body: JSON.stringify(answer) };
  },
};

/** The last words of the person, and the tool results after them. Agents put words of their own around these. */
function readTurn(contents: z.infer<typeof request>['contents']): Omit<Turn, 'tools'> {
  let prompt = '';
  let results: string[] = [];
  for (const { role, parts } of contents) {
    if (role === 'model') continue;
    const answers = parts.flatMap(({ functionResponse }) =>
      functionResponse ? [functionResponse.response] : [],
    );
    if (answers.length > 0) {
      results.push(...answers.map((answer) => JSON.stringify(answer)));
      continue;
    }
    prompt = parts.map(({ text = '' }) => text).join('\n');
    results = [];
  }
  return { prompt, results };
}
