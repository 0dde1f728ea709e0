import type { StartAgent } from '../../src/agents/agent.ts';
import { startAgent as startConfigured } from '../../src/agents/start-agent.ts';
import { logOptionsOf } from '../../src/log-config.ts';
import { loadConfig } from '../../src/config.ts';
import { loadWorld } from '../../src/followed-world.ts';
import type { EventLog } from '../../src/log/log.ts';
import { isSectionWrite, mayHaveSection } from '../../src/memory/instructions/section-write.ts';
import { openLog } from '../../src/log/open.ts';
import { serve } from '../../src/orchestrator/serve.ts';

/** Parts of the orchestrator that a test plays itself. */
export interface OwnParts {
  readonly startAgent: StartAgent;
  readonly wrapLog: (log: EventLog) => EventLog;
  readonly version: string;
  /** End at once if another one is there. */
  readonly alone: boolean;
}

/** What `serveOrchestrator` does, with parts of a test's own. */
export async function serveWith(
  root: string,
  { startAgent, wrapLog = (log) => log, version = '1.0.0', alone = true }: Partial<OwnParts>,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<string> {
  const config = loadConfig({ root, env: process.env, installedAgents: {} });
  const { log: place, orchestrator: settings } = config;
  const backend = await openLog(logOptionsOf(root, place));
  try {
    const { blobs, snapshots } = backend;
    const parts = { log: wrapLog(backend.log), startAgent: startAgent ?? startConfigured };
    return await serve(
      {
        ...parts,
        blobs,
        loadWorld: () => loadWorld(parts.log, snapshots),
        backend,
        project: place.project,
        settings,
        cwd: root,
        ownWrites: { mayBe: mayHaveSection, isAll: isSectionWrite },
        note,
        stay: true,
        alone,
        version,
      },
      signal,
    );
  } finally {
    await backend.close();
  }
}
