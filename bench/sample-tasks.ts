import type { EventBody } from '../src/state/command.ts';
import type { EventDraft } from '../src/contract/event.ts';
import type { AgentProcess } from '../src/contract/events/agent.ts';
import type { Role } from '../src/contract/events/task.ts';

const CHUNKS = 4;

const PLAN = `# Plan\n\n${'- Look at the callers first, then change the function, then the tests that hold it.\n'.repeat(30)}`;

/** Writes the events of one task as the orchestrator does. */
class TaskStory {
  readonly taskId: string;
  readonly events: EventDraft[] = [];

  constructor(number: number) {
    this.taskId = `rework-of-module-${number}-${number.toString(36).padStart(5, '0')}`;
  }

  agentId(role: Role): string {
    return `${role}-${this.taskId.slice(-5)}`;
  }

  add(who: string, body: EventBody): void {
    const call_chain = [...new Set(['user:ada', 'orchestrator', who])];
    const envelope = {
      source: 'orchestrator',
      source_agent_id: who,
      call_chain,
      correlation_id: this.taskId,
    };
    this.events.push({ ...envelope, task_id: this.taskId, ...body });
  }

  begin(role: Role, process?: AgentProcess): void {
    const agent = { agent_id: this.agentId(role), agent_name: 'gemini', role };
    this.add('orchestrator', { type: 'task.assigned', data: agent });
    this.add(agent.agent_id, {
      type: 'agent.created',
      data: { ...agent, previous_status: 'created', current_status: 'starting' },
    });
    this.add(agent.agent_id, {
      type: 'agent.started',
      data: { ...agent, previous_status: 'starting', current_status: 'working', process },
    });
  }

  end(role: Role): void {
    const data = {
      agent_id: this.agentId(role),
      agent_name: 'gemini',
      role,
      previous_status: 'working',
    } as const;
    this.add(data.agent_id, { type: 'agent.completed', data: { ...data, current_status: 'completed' } });
  }

  /** What an agent says and does while it works: output, progress, files and calls of models in turn. */
  work(role: Role, events: number): void {
    for (let index = 0; index < events; index += 1) this.add(this.agentId(role), activity(index));
  }

  planned(process?: AgentProcess): void {
    this.add('user:ada', {
      type: 'task.created',
      data: {
        description: `Rework of ${this.taskId}: the callers, the function, its tests`,
        interactive: true,
      },
    });
    this.add('orchestrator', { type: 'task.started', data: {} });
    this.begin('planner', process);
    this.work('planner', 30);
    const chunks = Array.from({ length: CHUNKS }, (_, index) => ({
      title: `Part ${index + 1}`,
      files: [`src/part-${index}.ts`, `test/part-${index}.test.ts`],
      description: 'Change the function and what calls it.',
    }));
    this.add(this.agentId('planner'), { type: 'plan.ready', data: { revision: 1, plan: PLAN, chunks } });
    this.end('planner');
  }

  approved(): void {
    this.add('user:ada', { type: 'user.approved_plan', data: { user_id: 'ada', revision: 1 } });
    this.add('orchestrator', { type: 'plan.approved', data: { revision: 1 } });
  }

  carriedOut(): void {
    this.begin('coder');
    for (let index = 0; index < CHUNKS; index += 1) {
      const chunk = { index, title: `Part ${index + 1}`, attempt: 1 };
      this.add(this.agentId('coder'), { type: 'chunk.started', data: chunk });
      this.work('coder', 35);
      const files = [`src/part-${index}.ts`];
      this.add(this.agentId('coder'), {
        type: 'chunk.completed',
        data: { ...chunk, summary: 'Done.', files },
      });
    }
    const round = { from_role: 'coder', to_role: 'reviewer', round: 0 } as const;
    this.add(this.agentId('coder'), { type: 'handoff.requested', data: round });
    this.end('coder');
    this.begin('reviewer');
    this.work('reviewer', 10);
    const back = { from_role: 'reviewer', to_role: 'coder', round: 0 } as const;
    this.add(this.agentId('reviewer'), { type: 'handoff.validated', data: { ...back, summary: 'Fine.' } });
    this.end('reviewer');
    this.add('orchestrator', { type: 'task.completed', data: { summary: 'Done.', files: [] } });
  }
}

/** The `index`th thing that a working agent does: progress, output, one of a hundred files, a call of a model in turn. */
export function activity(index: number): EventBody {
  switch (index % 4) {
    case 0:
      return {
        type: 'agent.progress',
        data: { progress: 0.5, stage: 'coding', description: `Edit of src/module-${index}.ts` },
      };
    case 1:
      return {
        type: 'agent.output',
        data: {
          stream: 'message',
          text: `I have changed module ${index} and look at the tests now. `.repeat(3),
        },
      };
    case 2:
      return {
        type: 'file.modified',
        data: {
          operation: 'modify',
          file_path: `src/module-${(index * 7) % 400}.ts`,
          file_size: 2048,
          lines_added: 12,
        },
      };
    default:
      return {
        type: 'provider.called',
        data: {
          provider: 'example',
          model: 'large',
          input_tokens: 1200,
          output_tokens: 300,
          duration_ms: 900,
        },
      };
  }
}

/** All events of a task that went well, about 200. */
export function finishedTask(number: number): EventDraft[] {
  const story = new TaskStory(number);
  story.planned();
  story.approved();
  story.carriedOut();
  return story.events;
}

/** A task whose plan waits. */
export function waitingTask(number: number): EventDraft[] {
  const story = new TaskStory(number);
  story.planned();
  return story.events;
}

/** A task whose agent is at work, as that process; its id is needed to let it go on. */
export function workingTask(
  number: number,
  process: AgentProcess,
): { taskId: string; agentId: string; events: EventDraft[] } {
  const story = new TaskStory(number);
  story.add('user:ada', { type: 'task.created', data: { description: `Work ${number}`, interactive: true } });
  story.add('orchestrator', { type: 'task.started', data: {} });
  story.begin('planner', process);
  const { taskId, events } = story;
  return { taskId, agentId: story.agentId('planner'), events };
}
