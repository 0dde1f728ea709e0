import type { App } from '../../src/app.ts';
import { decodeEvent } from '../../src/contract/decode.ts';
import { completeDraft } from '../../src/contract/draft.ts';
import type { AgentEvent } from '../../src/contract/event.ts';
import { decideCommand } from '../../src/state/command.ts';
import type { UserCommand } from '../../src/state/user-command.ts';
import type { WorldFold } from '../../src/state/world.ts';

const notThere = (): never => {
  throw new Error('this app cannot do that');
};

/** An app over a world in memory: it decides as the real one does. Commands that had an effect are in `done`. */
export function fakeApp(
  world: WorldFold,
  agents: Pick<App, 'agentNames' | 'roles'> = { agentNames: ['gemini'], roles: { planner: 'gemini' } },
): App & { readonly done: UserCommand[] } {
  const done: UserCommand[] = [];
  return {
    root: '/nowhere',
    userId: 'ada',
    logPlace: '/nowhere/.lineclear/log.db',
    connection: undefined,
    configFiles: [],
    configProblem: undefined,
    readonly: undefined,
    readConfig: notThere,
    ...agents,
    orchestratorLog: '/nowhere/.lineclear/orchestrator.log',
    world,
    done,
    async execute(command): Promise<AgentEvent> {
      const { task_id, body } = decideCommand(world, command, 'ada', 'new-task');
      const sequence = world.position + 1;
      const source_agent_id = 'user:ada';
      const draft = completeDraft(
        { ...body, task_id, source: 'vscode', source_agent_id, call_chain: [source_agent_id] },
        {
          tenantId: 'local',
          newId: () => `01900000-0000-7000-8000-${String(sequence).padStart(12, '0')}`,
          now: () => new Date(),
        },
      );
      const event = decodeEvent({ ...draft, sequence });
      world.apply(event);
      done.push(command);
      return event;
    },
    refresh: async () => undefined,
    follow: async () => undefined,
    recall: async (taskId) => world.tasks.get(taskId),
    checkAgents: notThere,
    emit: notThere,
    events: notThere,
    textInTree: notThere,
    changes: notThere,
    content: async () => undefined,
    tail: notThere,
    replay: notThere,
    truncatedAt: async () => 0,
    archive: notThere,
    exportLines: notThere,
    importLines: notThere,
    consume: notThere,
    outbox: { waiting: 0, since: undefined, refused: [], removedAt: undefined, cause: undefined },
    deliverOutbox: notThere,
    keepOutboxEmpty: notThere,
    memory: notThere,
    recordTaskResult: notThere,
    noteFile: notThere,
    keepMemoryFiles: notThere,
    author: notThere,
    instructions: {
      isOn: false,
      domain: 'instructions',
      look: notThere,
      compare: notThere,
      sync: notThere,
      plan: notThere,
      takeOver: notThere,
      undo: notThere,
      switch: notThere,
    },
    keepInstructions: notThere,
    groups: { list: notThere, skip: notThere },
    deadLetters: {
      list: notThere,
      get: notThere,
      edit: notThere,
      replay: notThere,
      replayAll: notThere,
      settle: notThere,
      counts: notThere,
    },
    hasWork: () => true,
    attendance: { look: async () => undefined, missingFor: () => undefined, watch: notThere },
    orchestrator: async () => undefined,
    connections: { list: notThere, test: notThere, configure: notThere },
    rules: { offer: () => undefined, write: notThere },
    ensureConfigFile: notThere,
    close: async () => undefined,
  };
}
