// An orchestrator of a version, which says at its end why it has ended: node serve-as.ts ROOT VERSION
import { serveWith } from '../serve-with.ts';

const [root = '', version = ''] = process.argv.slice(2);
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
console.log(await serveWith(root, { version }, console.log, stop.signal));
