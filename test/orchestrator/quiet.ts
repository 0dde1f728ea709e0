import type { Running } from '../../src/orchestrator/decide.ts';
import type { TaskLookup } from '../../src/state/dependencies.ts';
import type { OrchestratorSettings } from '../../src/orchestrator/settings.ts';

const settings: OrchestratorSettings = {
  roles: {},
  agents: {},
  startTimeout: 1,
  turnTimeout: 1,
  repeats: 2,
  concurrency: 4,
  reviewRounds: 2,
  retryDelays: [1, 4, 16],
  budgets: { task: {}, day: {} },
  scope: 'warn',
  verifyTimeout: 1,
  idleExit: 1,
  sampleInterval: 5,
  rules: [],
  limits: { action: 'warn' },
};

const NOTHING_RUNS: Running = { turn: undefined, roles: [], ending: false };

const ALONE: TaskLookup = { tasks: new Map(), archive: new Map() };

/** An orchestrator that runs nothing yet. */
export const quiet = { settings, NOTHING_RUNS, ALONE } as const;
