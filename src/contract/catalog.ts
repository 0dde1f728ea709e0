import type { z } from 'zod';
import { agentEvents, progressEvents, talkEvents } from './events/agent.ts';
import type { EventDefinition } from './events/define.ts';
import { historyEvents } from './events/history.ts';
import { chunkEvents, planEvents, taskEvents } from './events/task.ts';
import { userEvents } from './events/user.ts';
import { worktreeEvents } from './events/worktree.ts';
import {
  memoryEvents,
  providerEvents,
  resourceEvents,
  systemEvents,
  testEvents,
  workspaceEvents,
} from './events/workspace.ts';

/** Every event type there is, with the schema of its data. */
export const catalog = {
  ...taskEvents,
  ...planEvents,
  ...chunkEvents,
  ...agentEvents,
  ...progressEvents,
  ...talkEvents,
  ...workspaceEvents,
  ...worktreeEvents,
  ...providerEvents,
  ...resourceEvents,
  ...testEvents,
  ...memoryEvents,
  ...systemEvents,
  ...historyEvents,
  ...userEvents,
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof catalog;
export type EventData<T extends EventType> = z.output<(typeof catalog)[T]['data']>;

export const isEventType = (name: string): name is EventType => Object.hasOwn(catalog, name);

/** In the order of the catalog. */
export const eventTypes: readonly EventType[] = Object.keys(catalog).filter(isEventType);

export const definitionOf = (type: EventType): EventDefinition => catalog[type];
