import { type WorldFold, createWorld } from '../../src/state/world.ts';
import { type Step, worldOf as worldAfter } from '../vscode/world-of.ts';

/** The world after these steps in one task; a minute passes between one and the next. */
export const worldOf = (
  steps: readonly Step[],
  task = 'fix-login-k3f9a',
  world: WorldFold = createWorld(),
): WorldFold => worldAfter(steps, world, { task, stepMs: 60_000 });
