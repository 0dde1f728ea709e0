import type { EventData } from '../contract/catalog.ts';
import type { FileDiff, ToolUpdate } from './agent-update.ts';
import type { FilePart } from './file-contents.ts';
import { countLineChanges, findChangedStretch } from './line-changes.ts';
import type { LineChanges } from './line-changes.ts';
import { cutText, plainLine, plainText } from './plain-text.ts';
import { type TestRun, testRunOf } from './test-runs.ts';
import type { WorkspacePaths } from './workspace-paths.ts';

export type ToolStep = Pick<EventData<'agent.progress'>, 'stage' | 'description' | 'tool'>;

/** A change of a file that a finished tool call made, before the file is looked at. */
export interface FileChange {
  readonly operation: 'create' | 'modify' | 'delete' | 'move';
  /** As the agent named it. */
  readonly path: string;
  readonly previousPath?: string;
  readonly lines?: LineChanges;
  /** What the agent showed of it: in the order in which it was done. */
  readonly parts?: readonly FilePart[];
}

/** What a tool call would do, for the person who is asked. */
interface ToolIntent {
  readonly title: string;
  readonly kind: string;
  readonly command: string | undefined;
  readonly filePaths: string[];
  readonly preview: string | undefined;
}

/** Follows the tool calls of an agent: each is announced when it begins and when it ends, and not in between. */
export interface ToolCalls {
  apply(update: ToolUpdate): {
    readonly step: ToolStep | undefined;
    readonly changes: readonly FileChange[];
    readonly testRun?: TestRun | undefined;
  };
  /** What is known of a call together with what the update adds, without announcing anything. */
  intentOf(update: ToolUpdate): ToolIntent;
  /** Files that are younger than this, in milliseconds since 1970, were created by the agent. */
  beginTurn(time: number): void;
  /** Ends what is still open and forgets all calls; returns the steps to announce. */
  endTurn(outcome: 'completed' | 'failed'): ToolStep[];
}

interface Call {
  title: string;
  kind: string;
  command: string | undefined;
  locations: readonly string[];
  diffs: readonly Changed[];
  previews: readonly Preview[];
  /** Which of its files were there before the turn, or before an earlier call of it. */
  readonly existed: Map<string, boolean>;
}

interface Preview {
  readonly path: string;
  readonly line: number;
  readonly body: string;
}

interface Changed {
  readonly path: string;
  /** Undefined when it is too long to be kept. */
  readonly part: FilePart | undefined;
  /** There was something, and nothing is to be left of it. */
  readonly emptied: boolean;
  readonly lines: LineChanges;
}

const TITLE = 300;
const PREVIEW = 8_192;
const PATHS = 100;
/** Characters of a side of a change: of longer ones the text is not kept. */
export const CONTENT = 1_048_576;

export function followToolCalls(workspace: Pick<WorkspacePaths, 'name' | 'exists' | 'existedAt'>): ToolCalls {
  const open = new Map<string, Call>();
  const ended = new Set<string>();
  const written = new Set<string>();
  let began = 0;

  const pathsOf = (call: Call) =>
    [...new Set([...call.locations, ...call.diffs.map(({ path }) => path)])].slice(0, PATHS);

  const stepOf = (callId: string, call: Call, status: ToolStatus): ToolStep => ({
    stage: call.kind,
    description: call.title,
    tool: {
      call_id: callId,
      kind: call.kind,
      status,
      file_paths: pathsOf(call).map((file) => workspace.name(file)),
    },
  });

  const merge = (call: Call, update: ToolUpdate) => {
    if (update.toolKind) call.kind = update.toolKind;
    const title = plainLine(update.title ?? '', TITLE);
    if (title !== '') call.title = title;
    call.command = commandOf(update.input) ?? call.command;
    if (update.paths) call.locations = update.paths;
    // An update may replace the change that it showed by what the tool printed; the change still was made.
    if (update.diffs && update.diffs.length > 0) {
      call.diffs = update.diffs.map(summarize);
      call.previews = update.diffs.slice(0, PATHS).map(previewOf);
    }
  };

  /** Long ones are cut. */
  const showPreviews = ({ previews, existed }: Call): string | undefined => {
    if (previews.length === 0) return undefined;
    const parts = previews.map(({ path, line, body }) => {
      const place = existed.get(path) ? `, line ${line}` : ' (new file)';
      return `${workspace.name(path)}${place}\n${body}`;
    });
    const text = plainText(parts.join('\n\n'));
    return text.length <= PREVIEW ? text : `${cutText(text, PREVIEW)}\n…`;
  };

  return {
    apply(update) {
      const { callId, status = 'pending' } = update;
      if (ended.has(callId)) return { step: undefined, changes: [] };
      const known = open.get(callId);
      const call = known ?? newCall();
      merge(call, update);
      if (call.title === '') call.title = call.kind;
      for (const file of pathsOf(call)) {
        if (!call.existed.has(file)) {
          call.existed.set(file, written.has(file) || workspace.existedAt(file, began));
        }
      }
      const isOver = status === 'completed' || status === 'failed';
      if (!isOver) {
        open.set(callId, call);
        return { step: known ? undefined : stepOf(callId, call, status), changes: [] };
      }
      open.delete(callId);
      ended.add(callId);
      const changes = status === 'completed' ? changesOf(call, workspace) : [];
      for (const { path } of changes) written.add(path);
      // Some agents give a command no kind, and the command line as the title.
      const command = call.command ?? (call.kind === 'execute' ? call.title : undefined);
      return {
        step: stepOf(callId, call, status),
        changes,
        testRun: testRunOf(command, status, update.output),
      };
    },
    intentOf(update) {
      const call = { ...(open.get(update.callId) ?? newCall()) };
      merge(call, update);
      return {
        title: call.title || call.kind,
        kind: call.kind,
        command: call.command,
        filePaths: pathsOf(call).map((file) => workspace.name(file)),
        preview: showPreviews(call),
      };
    },
    beginTurn(time) {
      began = time;
    },
    endTurn(outcome) {
      const steps = [...open].map(([callId, call]) => stepOf(callId, call, outcome));
      open.clear();
      ended.clear();
      written.clear();
      return steps;
    },
  };
}

type ToolStatus = NonNullable<ToolStep['tool']>['status'];

const newCall = (): Call => ({
  title: '',
  kind: 'other',
  command: undefined,
  locations: [],
  diffs: [],
  previews: [],
  existed: new Map(),
});

const summarize = ({ path, before, after }: FileDiff): Changed => ({
  path,
  part: Math.max(before?.length ?? 0, after.length) > CONTENT ? undefined : { before, after },
  emptied: before !== undefined && after === '',
  lines: countLineChanges(before ?? '', after),
});

function changesOf(call: Call, workspace: Pick<WorkspacePaths, 'exists'>): FileChange[] {
  if (call.kind === 'delete') return pathsOfAll(call).map((path) => ({ operation: 'delete', path }));
  if (call.kind === 'move') return moveOf(call);
  if (call.diffs.length === 0) {
    if (call.kind !== 'edit') return [];
    return call.locations.map((path) => ({
      operation: call.existed.get(path) ? 'modify' : 'create',
      path,
    }));
  }
  return [...new Set(call.diffs.map(({ path }) => path))].map((path) => {
    const parts = call.diffs.filter((part) => part.path === path);
    const lines = {
      added: parts.reduce((sum, part) => sum + part.lines.added, 0),
      removed: parts.reduce((sum, part) => sum + part.lines.removed, 0),
    };
    const shown = parts.flatMap(({ part }) => part ?? []);
    const existed = call.existed.get(path) === true;
    const deleted = parts.every(({ emptied }) => emptied) && !workspace.exists(path);
    const operation = deleted ? 'delete' : existed ? 'modify' : 'create';
    return { operation, path, lines, ...(shown.length === parts.length ? { parts: shown } : {}) };
  });
}

const pathsOfAll = (call: Call) => [...new Set([...call.locations, ...call.diffs.map(({ path }) => path)])];

/** Agents name the old place first. One place alone does not tell where the file went. */
function moveOf(call: Call): FileChange[] {
  const [from, to] = pathsOfAll(call);
  if (from === undefined) return [];
  if (to === undefined) return [{ operation: 'modify', path: from }];
  return [{ operation: 'move', path: to, previousPath: from }];
}

/** The command line in what a tool was given; agents call it by different names. */
function commandOf(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(input));
  const command = ['command', 'cmd', 'script'].map((name) => fields.get(name)).find(Boolean);
  if (typeof command === 'string') return cutText(plainText(command), PREVIEW);
  if (Array.isArray(command)) return cutText(plainText(command.join(' ')), PREVIEW);
  return undefined;
}

/** A change as a person reads it: what goes, then what comes. */
function previewOf({ path, before, after }: FileDiff): Preview {
  const { start, removed, added } = findChangedStretch(before ?? '', after);
  const lines = [...removed.map((line) => `-${line}`), ...added.map((line) => `+${line}`)];
  return { path, line: start + 1, body: cutText(lines.join('\n'), PREVIEW) };
}
