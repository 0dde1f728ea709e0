import { findRoot, openApp } from './app.ts';
import { checkHealth } from './check-health.ts';
import { copyLog } from './copy-log.ts';
import { openLater, outboxIn } from './later.ts';
import { openArchive } from './open-archive.ts';
import { listArchives, retainLog } from './retain-log.ts';
import { serveOrchestrator } from './serve-orchestrator.ts';

/** What the composition root gives to the terminal's door. */
export const composition = {
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

export type Composition = typeof composition;
