import { messageOf } from '../contract/errors.ts';
import type { AgentEvent } from '../contract/event.ts';
import { derivedEventId } from '../log/event-id.ts';
import type { EventLog } from '../log/log.ts';
import { ALERT_WINDOW_MS, type Alert, AlertWatch } from '../state/alerts.ts';
import type { World } from '../state/world.ts';
import { ORCHESTRATOR } from './task-writer.ts';

/** Raises the alerts that follow from what happens. */
export interface AlertRaiser {
  /** Takes the next event of the log in, with the world that it led to. */
  hear(event: AgentEvent, world: World): void;
  /** Resolves when the alerts that were due are in the log. */
  settled(): Promise<void>;
}

export function createAlertRaiser(log: EventLog, note: (line: string) => void): AlertRaiser {
  const watch = new AlertWatch();
  let raising: Promise<unknown> = Promise.resolve();

  const raise = ({ cause, data }: Alert) =>
    log.append([
      {
        id: derivedEventId(cause.id, `alert:${data.alert}`),
        type: 'alert.raised',
        data,
        task_id: cause.task_id,
        priority: data.severity === 'critical' ? 'critical' : 'high',
        source: ORCHESTRATOR,
        source_agent_id: ORCHESTRATOR,
        call_chain: [ORCHESTRATOR],
        correlation_id: cause.correlation_id,
        causation_id: cause.id,
      },
    ]);

  return {
    hear(event, world) {
      const alert = watch.alertFor(event, world);
      // What happened long before this orchestrator began is no news.
      if (!alert || Date.now() - Date.parse(alert.cause.timestamp) > ALERT_WINDOW_MS) return;
      raising = raising.then(() => raise(alert)).catch((error: unknown) => note(messageOf(error)));
    },
    settled: async () => void (await raising),
  };
}
