import type { EventOf } from '../contract/event.ts';

export type JsonValue = EventOf<'context.updated'>['data']['patch'][string];

/** A value in the context of an agent. */
export interface ContextValue {
  readonly value: JsonValue;
  /** Who set it: an agent, or `user:<name>`. */
  readonly by: string;
  readonly at: string;
  readonly sequence: number;
}

/**
 * Two values that were set for one key by writers who did not know of each other; `value` is in force. Of three at once
 * there are two conflicts.
 */
export interface ContextConflict {
  readonly key: string;
  /** Null where the second of them removed it. */
  readonly value: JsonValue;
  /** Of the change that set the second of them. */
  readonly sequence: number;
  readonly by: string;
  readonly at: string;
  readonly other: ContextValue;
}

export interface ContextState {
  readonly agent_id: string;
  readonly values: Readonly<Record<string, ContextValue>>;
  readonly conflicts: readonly ContextConflict[];
  readonly at: string;
  readonly sequence: number;
  /** The last change: who changes the context says that this is the one that it knew. */
  readonly event_id: string;
  /** The newest changes, oldest first, to tell what a writer knew. */
  readonly recent: readonly { readonly event_id: string; readonly sequence: number }[];
}

/** So many changes back it is known what a writer had seen. */
const RECENT = 50;

const isObject = (value: JsonValue | undefined): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `target` after a JSON merge patch (RFC 7396): objects are merged, null removes, anything else replaces. */
function mergePatch(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) merged.delete(key);
    else merged.set(key, mergePatch(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** The least patch that turns `before` into `after`. */
export function patchBetween(
  before: Readonly<Record<string, JsonValue>>,
  after: Readonly<Record<string, JsonValue>>,
): Record<string, JsonValue> {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(after, key));
  const changed = Object.entries(after).flatMap(([key, value]): [string, JsonValue][] => {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (old !== undefined && isSameJson(old, value)) return [];
    return [[key, isObject(old) && isObject(value) ? patchBetween(old, value) : value]];
  });
  return Object.fromEntries([...gone.map((key) => [key, null] as const), ...changed]);
}

function isSameJson(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isSameJson(item, b[index] ?? null));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key] ?? null, b[key] ?? null))
  );
}

/**
 * The context after a change: for each key the last writer by sequence. Who set a key that somebody else had set
 * since the change that the writer knew is in conflict: the newer value is in force, the other one is kept beside it.
 */
export function reduceContext(
  context: ContextState | undefined,
  event: EventOf<'context.updated'>,
): ContextState {
  const { agent_id, patch, base_id } = event.data;
  const by = event.source_agent_id;
  const { id: event_id, timestamp: at, sequence } = event;
  const seen = context?.recent.find((one) => one.event_id === base_id)?.sequence ?? sequence;
  const values = new Map(Object.entries(context?.values ?? {}));
  let conflicts = context?.conflicts ?? [];
  for (const [key, given] of Object.entries(patch)) {
    const old = values.get(key);
    const value = given === null ? null : mergePatch(old?.value, given);
    // Whoever sets it with both in sight has settled it.
    conflicts = conflicts.filter((conflict) => conflict.key !== key || conflict.sequence > seen);
    if (old && old.sequence > seen && old.by !== by && !isSameJson(old.value, value))
      // Of more than two at once each is kept beside the last one.
      conflicts = [
        ...conflicts.map((other) => (other.key === key ? { ...other, value, sequence, by, at } : other)),
        { key, value, sequence, by, at, other: old },
      ];
    if (value === null) values.delete(key);
    else if (!old || !isSameJson(old.value, value)) values.set(key, { value, by, at, sequence });
  }
  const recent = [...(context?.recent ?? []), { event_id, sequence }].slice(-RECENT);
  return { agent_id, values: Object.fromEntries(values), conflicts, at, sequence, event_id, recent };
}

/** The values alone. */
const plainContext = ({ values }: ContextState): Record<string, JsonValue> =>
  Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value]));

/** All contexts as one: values under `agents`, and for each who set it and when under `set`. */
export interface UnifiedContext {
  readonly agents: Readonly<Record<string, Readonly<Record<string, JsonValue>>>>;
  readonly set: Readonly<
    Record<string, Readonly<Record<string, { readonly by: string; readonly at: string }>>>
  >;
  /** Keys that were set to two values at once, by agent. */
  readonly conflicts: Readonly<Record<string, readonly ContextConflict[]>>;
}

export function unify(contexts: Iterable<ContextState>): UnifiedContext {
  const sorted = [...contexts].toSorted((a, b) => (a.agent_id < b.agent_id ? -1 : 1));
  return {
    agents: Object.fromEntries(sorted.map((context) => [context.agent_id, plainContext(context)])),
    set: Object.fromEntries(
      sorted.map(({ agent_id, values }) => [
        agent_id,
        Object.fromEntries(Object.entries(values).map(([key, { by, at }]) => [key, { by, at }])),
      ]),
    ),
    conflicts: Object.fromEntries(
      sorted.filter(({ conflicts }) => conflicts.length > 0).map((one) => [one.agent_id, one.conflicts]),
    ),
  };
}
