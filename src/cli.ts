import { composition } from './cli-composition.ts';
import { runCli } from './cli/run-cli.ts';

void runCli(process.argv.slice(2), composition).then((code) => {
  // Not process.exit(): what was written to a pipe may still be on its way.
  process.exitCode = code;
});
