// An orchestrator that shares the tasks, and whose agents take their time, write a line for each chunk, and do as they are told: node serve-obedient.ts ROOT EFFECTS
import fs from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fakeAgents, obey } from '../fake-agent.ts';
import { serveWith } from '../serve-with.ts';

const [root = '', effects = ''] = process.argv.slice(2);
const { startAgent } = fakeAgents({
  async play(prompt, agent, signal) {
    await delay(20 + Math.random() * 60);
    const chunk = /Chunk (\d+) of \d+:/.exec(prompt)?.[1];
    // Whoever is ended meanwhile writes nothing any more, as a process that is gone.
    if (chunk !== undefined && !agent.gone.aborted && !signal.aborted)
      fs.appendFileSync(effects, `${/Task \d+/.exec(prompt)?.[0] ?? ''}, chunk ${chunk}\n`);
    await delay(20 + Math.random() * 60);
    return await obey(prompt, agent, signal);
  },
});
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
console.log(await serveWith(root, { startAgent, alone: false }, console.log, stop.signal));
