import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { App } from '../app.ts';
import type { AgentEvent, EventOf } from '../contract/event.ts';
import { agentNameOf } from '../state/agent-name.ts';
import { oneLine } from './inert-text.ts';
import { TerminalText } from './terminal-text.ts';

/** Pieces of the past that a terminal begins with; Show Events has all. */
const PAST = 500;

/** Each prompt is a line of its own, so that one answer does not run into the next. */
type Output = EventOf<'agent.output' | 'agent.invoked'>;

interface OpenTerminal {
  readonly terminal: vscode.Terminal;
  readonly add: (events: readonly AgentEvent[]) => void;
}

/** What agents print, in read-only terminals that follow the log. One per agent. */
export class AgentTerminals implements vscode.Disposable {
  readonly #report: (what: string, error: unknown) => void;
  readonly #open = new Map<string, OpenTerminal>();

  constructor(report: (what: string, error: unknown) => void) {
    this.#report = report;
  }

  show(app: App, agentId: string): void {
    const known = this.#open.get(agentId);
    if (known) {
      known.terminal.show();
      return;
    }
    const made = this.#make(app, agentId);
    this.#open.set(agentId, made);
    made.terminal.show();
  }

  /** What has just happened. */
  add(events: readonly AgentEvent[]): void {
    if (this.#open.size === 0) return;
    for (const { add } of this.#open.values()) add(events);
  }

  dispose(): void {
    for (const { terminal } of this.#open.values()) terminal.dispose();
    this.#open.clear();
  }

  #make(app: App, agentId: string): OpenTerminal {
    const written = new vscode.EventEmitter<string>();
    const text = new TerminalText();
    let position = 0;
    let waiting: Output[] | undefined = [];
    const isOurs = (event: AgentEvent): event is Output =>
      (event.type === 'agent.output' && event.source_agent_id === agentId) ||
      (event.type === 'agent.invoked' && event.data.agent_id === agentId);
    const write = (event: Output) => {
      if (event.sequence <= position) return;
      position = event.sequence;
      written.fire(
        event.type === 'agent.output' ? text.add(event.data) : text.note(l10n.t('is given a prompt')),
      );
    };
    const begin = async () => {
      const taskId = app.world.agents.get(agentId)?.task_id;
      let past: Output[] = [];
      for await (const event of app.events({ taskId, types: ['agent.output', 'agent.invoked'] })) {
        if (isOurs(event)) past.push(event);
        if (past.length >= 2 * PAST) past = past.slice(-PAST);
      }
      if (past.length > PAST) written.fire(text.note(l10n.t('earlier output is in Show Events')));
      for (const event of past.slice(-PAST)) write(event);
      if (!past.some(({ type }) => type === 'agent.output')) written.fire(text.note(l10n.t('no output yet')));
      const missed = waiting ?? [];
      waiting = undefined;
      for (const event of missed) write(event);
    };
    const terminal = vscode.window.createTerminal({
      name: oneLine(l10n.t('Output: {0}', agentNameOf(app.world, agentId)), 60),
      iconPath: new vscode.ThemeIcon('robot'),
      isTransient: true,
      pty: {
        onDidWrite: written.event,
        open: () =>
          void begin().catch((error: unknown) => this.#report('The output could not be read', error)),
        close: () => {
          this.#open.delete(agentId);
          written.dispose();
        },
      },
    });
    return {
      terminal,
      add: (events) => {
        const ours = events.filter(isOurs);
        if (waiting) waiting.push(...ours);
        else for (const event of ours) write(event);
      },
    };
  }
}
