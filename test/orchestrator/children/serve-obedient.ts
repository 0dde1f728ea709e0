// An orchestrator whose agents do at once as they are told, and that waits while another one works: node serve-obedient.ts ROOT
import { fakeAgents, obey } from '../fake-agent.ts';
import { serveWith } from '../serve-with.ts';

const [root = ''] = process.argv.slice(2);
const { startAgent } = fakeAgents({ play: obey });
const parts = { startAgent, takeOver: true };
console.log(await serveWith(root, parts, console.log, new AbortController().signal));
