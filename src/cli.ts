import { findRoot, openApp } from './app.ts';
import { runCli } from './cli/run-cli.ts';
import { copyLog } from './copy-log.ts';
import { checkHealth } from './check-health.ts';
import { openLater, outboxIn } from './later.ts';
import { listArchives, openArchive, retainLog } from './retain-log.ts';
import { serveOrchestrator } from './serve-orchestrator.ts';

const composition = {
  findRoot,
  openApp,
  serveOrchestrator,
  copyLog,
  checkHealth,
  openLater,
  outboxIn,
  retainLog,
  listArchives,
  openArchive,
};

void runCli(process.argv.slice(2), composition).then((code) => {
  // Not process.exit(): what was written to a pipe may still be on its way.
  process.exitCode = code;
});
