import type { Running } from '../../src/orchestrator/decide.ts';
import type { OrchestratorSettings } from '../../src/orchestrator/settings.ts';

const settings: OrchestratorSettings = {
  roles: {},
  agents: {},
  startTimeout: 1,
  turnTimeout: 1,
  repeats: 2,
  reviewRounds: 2,
  retryDelays: [1, 4, 16],
  idleExit: 1,
  sampleInterval: 5,
  rules: [],
  limits: { action: 'warn' },
};

const NOTHING_RUNS: Running = { turn: undefined, roles: [], ending: false };

/** An orchestrator that runs nothing yet. */
export const quiet = { settings, NOTHING_RUNS } as const;
