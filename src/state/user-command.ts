import type { Priority } from '../contract/event.ts';
import type { Role } from '../contract/events/task.ts';
import type { Budget } from './budget.ts';

/** Everything that a person can ask for, from any door. Where an id is left out, the only one that waits is meant. */
export type UserCommand =
  | {
      readonly command: 'create_task';
      readonly description: string;
      readonly interactive?: boolean;
      readonly agents?: Partial<Record<Role, string>>;
      readonly priority?: Priority | undefined;
      /** Ids of the tasks that must be completed first. */
      readonly depends_on?: readonly string[] | undefined;
      readonly worktree?: boolean;
      /** Whose orchestrators carry it out; default: that of the configuration. */
      readonly project?: string | undefined;
      readonly budget?: Budget | undefined;
    }
  | {
      readonly command: 'approve_plan';
      readonly task_id: string;
      readonly revision?: number;
      readonly comment?: string;
    }
  | {
      readonly command: 'reject_plan';
      readonly task_id: string;
      readonly revision?: number;
      readonly verdict: 'changes' | 'rejected';
      readonly comment: string;
      readonly chunk_comments?: readonly { readonly chunk: number; readonly comment: string }[];
      readonly paragraph_comments?: readonly { readonly quote: string; readonly comment: string }[];
    }
  | {
      readonly command: 'answer_question';
      readonly task_id: string;
      readonly question_id?: string;
      readonly answer: string;
    }
  | {
      readonly command: 'decide_permission';
      readonly task_id: string;
      readonly request_id?: string;
      readonly decision: 'allow' | 'deny';
      readonly comment?: string | undefined;
      /** Name of the rule that the person wrote with it. */
      readonly wrote_rule?: string | undefined;
    }
  | {
      readonly command: 'decide_scope';
      readonly task_id: string;
      /** Id of the `scope.exceeded`. */
      readonly event_id?: string;
      readonly decision: 'allow' | 'revert' | 'stop';
    }
  | { readonly command: 'merge_worktree'; readonly task_id: string }
  | { readonly command: 'discard_worktree'; readonly task_id: string }
  | { readonly command: 'inject_context'; readonly task_id: string; readonly text: string }
  | {
      readonly command: 'retry_task';
      readonly task_id: string;
      readonly comment?: string | undefined;
      /** What the agent is told besides, in the next try alone. */
      readonly prompt?: string | undefined;
    }
  | {
      readonly command: 'skip_chunk';
      readonly task_id: string;
      /** From 0; default: the one that failed. */
      readonly index?: number | undefined;
      readonly comment?: string | undefined;
    }
  | { readonly command: 'resume_task'; readonly task_id: string; readonly comment?: string | undefined }
  | {
      readonly command: 'raise_budget';
      readonly task_id: string;
      /** Tokens, US dollars or seconds, as the budget is about; default: twice as much. */
      readonly limit_value?: number | undefined;
    }
  | { readonly command: 'cancel_task'; readonly task_id: string; readonly reason?: string }
  | {
      readonly command: 'send_prompt';
      /** Default: the task of the agent. */
      readonly task_id?: string | undefined;
      /** Default: the agent of the task that works. */
      readonly agent_id?: string | undefined;
      readonly text: string;
      /** Do not wait until the agent has answered. */
      readonly interrupt?: boolean | undefined;
    }
  | { readonly command: 'pause_agent'; readonly agent_id: string }
  | { readonly command: 'resume_agent'; readonly agent_id: string }
  | {
      readonly command: 'reassign_role';
      readonly task_id: string;
      /** Default: the one that works, or worked, now. */
      readonly role?: Role;
      readonly agent_name: string;
    }
  | { readonly command: 'stop_agent'; readonly agent_id: string }
  | {
      readonly command: 'snooze_item';
      readonly item_id: string;
      /** ISO 8601; a time that is past shows it again. */
      readonly until: string;
    };
