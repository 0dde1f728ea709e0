// An orchestrator in a process of its own, so that a test can kill it: node serve.ts ROOT
import { serveOrchestrator } from '../../../src/serve-orchestrator.ts';

const [root = ''] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
await serveOrchestrator({ root, alone: false, note: (line) => console.log(line) }, stop.signal);
