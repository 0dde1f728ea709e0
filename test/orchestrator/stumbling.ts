import { type FakeAgent, fakeAgents, json, obey, roleIn } from './fake-agent.ts';

/**
 * Agents that stumble, the same way in every process: the coder crashes in the first try of the first chunk, and the
 * reviewer sends the work back once.
 */
export const stumblingAgents = () =>
  fakeAgents({
    play(prompt: string, agent: FakeAgent, signal: AbortSignal) {
      if (/Chunk 1 of \d/.test(prompt) && !prompt.includes('An earlier attempt')) {
        agent.crash();
        return new Promise(() => undefined);
      }
      if (roleIn(prompt) === 'reviewer' && !prompt.includes('Review findings, round 1'))
        return Promise.resolve(json({ verdict: 'changes', findings: ['Name the limit.'] }));
      return obey(prompt, agent, signal);
    },
  });
