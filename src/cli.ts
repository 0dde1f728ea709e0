import { findRoot, openApp } from './app.ts';
import { runCli } from './cli/run-cli.ts';
import { copyLog } from './copy-log.ts';
import { checkHealth } from './check-health.ts';
import { serveOrchestrator } from './serve-orchestrator.ts';

void runCli(process.argv.slice(2), { findRoot, openApp, serveOrchestrator, copyLog, checkHealth }).then(
  (code) => {
    // Not process.exit(): what was written to a pipe may still be on its way.
    process.exitCode = code;
  },
);
