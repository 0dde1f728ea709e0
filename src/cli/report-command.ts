import type { App } from '../app.ts';
import type { AgentEvent } from '../contract/event.ts';
import type { Door } from './door.ts';
import { whole } from './line.ts';

interface Outcome {
  /** The event that the command came to. */
  readonly event: AgentEvent;
  /** What happened, for a person. */
  readonly text: string;
  /** Whether an orchestrator has to act on it; that none is running is said then. */
  readonly needsOrchestrator: boolean;
}

/** Tells what a command of a person came to. */
export async function reportCommand(
  { terminal }: Door,
  app: App,
  { event, text, needsOrchestrator }: Outcome,
): Promise<void> {
  const running = (await app.orchestrator()) !== undefined;
  await terminal.result({ event, orchestrator_running: running }, () => [whole(text)]);
  if (needsOrchestrator && !running) {
    await terminal.hint('No orchestrator is running: start one with "lineclear serve".');
  }
}
