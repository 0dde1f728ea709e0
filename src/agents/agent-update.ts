import type { FileChange } from './tool-calls.ts';

/** What an agent tells about its session, whatever it speaks. */
export type AgentUpdate =
  | { readonly kind: 'message' | 'thought'; readonly text: string; readonly messageId: string | undefined }
  | ({ readonly kind: 'tool' } & ToolUpdate)
  | { readonly kind: 'plan'; readonly entries: readonly PlanEntry[] }
  | {
      readonly kind: 'progress';
      /** 0 to 1; what is not given keeps what was told before. */
      readonly progress: number | undefined;
      readonly description: string;
    }
  | { readonly kind: 'file'; readonly change: FileChange }
  /** Tokens that are in the context, and what the whole session has cost so far. */
  | { readonly kind: 'usage'; readonly used: number | undefined; readonly costUsd: number | undefined }
  | { readonly kind: 'model'; readonly model: string }
  | { readonly kind: 'notice'; readonly severity: string; readonly text: string }
  /** Of a kind that this code does not know, or malformed; `name` is the agent's word for it. */
  | { readonly kind: 'unknown'; readonly name: string };

/** Fields that are not given keep what was told before. */
export interface ToolUpdate {
  readonly callId: string;
  readonly title?: string | undefined;
  readonly toolKind?: string | undefined;
  readonly status?: 'pending' | 'in_progress' | 'completed' | 'failed' | undefined;
  readonly paths?: readonly string[] | undefined;
  readonly diffs?: readonly FileDiff[] | undefined;
  readonly input?: unknown;
  /** What the tool gave back, in a form of the agent's own. */
  readonly output?: unknown;
}

export interface FileDiff {
  readonly path: string;
  /** Undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

interface PlanEntry {
  readonly content: string;
  readonly status: string;
}

/** What one turn used, as far as the agent tells. */
export interface TurnUsage {
  readonly tokens: number | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly model: string | undefined;
}
