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
  const project = app.world.tasks.get(event.task_id ?? '')?.project;
  const running = (await app.orchestrator(project)) !== undefined;
  await terminal.result({ event, orchestrator_running: running }, () => [whole(text)]);
  if (needsOrchestrator && !running) {
    const of = project === undefined ? '' : ` of the project “${project}”`;
    const where = project === undefined ? '' : ' in a folder of it';
    await terminal.hint(`No orchestrator${of} is running: start one with "lineclear serve"${where}.`);
  }
}
