// Serves a workspace until it is ended: orchestrator.ts FOLDER
import { serveOrchestrator } from '../../../src/serve-orchestrator.ts';

const [root = ''] = process.argv.slice(2);
console.log('ready');
const note = (line: string) => console.error(line);
await serveOrchestrator({ root, stay: true, alone: true, note }, new AbortController().signal);
