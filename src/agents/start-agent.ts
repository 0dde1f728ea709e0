import { startAcpAgent } from './acp.ts';
import type { StartAgent } from './agent.ts';
import { startCommandAgent } from './command.ts';

/** Starts a configured agent, whatever it speaks. */
export const startAgent: StartAgent = (launch, handlers, signal) =>
  launch.plain ? startCommandAgent(launch, handlers, signal) : startAcpAgent(launch, handlers, signal);
