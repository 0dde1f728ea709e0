import type { EventData } from '../contract/catalog.ts';
import type { BlobRef } from '../log/log.ts';
import type { AgentUpdate, ToolUpdate, TurnUsage } from './agent-update.ts';
import type { AgentHandlers, AgentReport, PermissionRequest, TurnResult } from './agent.ts';
import { gatherOutput } from './output-gatherer.ts';
import { plainLine, plainText } from './plain-text.ts';
import { contentsOf } from './file-contents.ts';
import { CONTENT, followToolCalls } from './tool-calls.ts';
import type { FileChange, ToolStep } from './tool-calls.ts';
import { meterUsage } from './usage-meter.ts';
import type { WorkspacePaths } from './workspace-paths.ts';

/** What the updates of one session of an agent mean as reports. Every method must have settled before the next is called. */
export interface SessionReports {
  update(update: AgentUpdate): Promise<void>;
  /** Takes from the past of a session that is resumed what is needed to tell what is new. */
  adopt(update: AgentUpdate): void;
  addStderr(text: string): void;
  /** Reports output that was gathered so far. */
  flush(): void;
  /** What the agent asks for. Announces the tool call when the agent did not. */
  describePermission(request: ToolRequest): PermissionRequest;
  /** The agent will not do what it asked for. */
  denied(request: ToolRequest): void;
  useModel(model: string): void;
  beginTurn(): void;
  /** Reports what is left of the turn, and what it used; returns what the agent said in it. */
  endTurn(
    outcome: 'completed' | 'failed',
    answer: TurnUsage | undefined,
  ): Pick<TurnResult, 'text' | 'leftOut'>;
}

/** A tool call that waits for leave. */
interface ToolRequest {
  readonly toolCall: ToolUpdate;
}

interface SessionReportsOptions {
  /** Name of the agent, for the provider where the model does not name one. */
  readonly agentName: string;
  readonly workspace: WorkspacePaths;
  readonly report: (report: AgentReport) => void;
  readonly keepContent: AgentHandlers['keepContent'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that nobody sets. */
  readonly elapsed: () => number;
}

/** Characters of an answer that are kept; of a longer one it is the end that matters. */
const ANSWER = 1_048_576;
/** Steps that are reported of one turn; an agent that runs wild must not fill the log. */
const STEPS = 2_000;
const DESCRIPTION = 300;
/** Unknown kinds of updates that are named; what is beyond is counted together. */
const UNKNOWN_KINDS = 5;

export function createSessionReports(options: SessionReportsOptions): SessionReports {
  const { agentName, workspace, report, now, elapsed } = options;
  const output = gatherOutput((data) => report({ type: 'agent.output', data }));
  const tools = followToolCalls(workspace);
  const usage = meterUsage(agentName, elapsed);
  let progress = 0;
  let steps = 0;
  let answer = '';
  /** Characters of the whole answer. */
  let said = 0;
  let messageId: string | undefined;
  let separate = false;
  const unknown = new Map<string, number>();

  const reportStep = (step: ToolStep) => {
    output.flush();
    separate = answer !== '';
    steps += 1;
    if (steps < STEPS) report({ type: 'agent.progress', data: { progress, ...step } });
    if (steps === STEPS) {
      const description = `${STEPS} steps in one turn: further steps are not shown`;
      report({ type: 'agent.progress', data: { progress, stage: 'other', description } });
    }
  };

  const applyTool = async (update: ToolUpdate) => {
    const { step, changes, testRun } = tools.apply(update);
    if (step) reportStep(step);
    if (testRun) {
      const { command, passed } = testRun;
      const name = plainLine(command, DESCRIPTION);
      report({ type: passed ? 'test.passed' : 'test.failed', data: { name, command } });
    }
    for (const change of changes) {
      for (const fileReport of await describeChange(change, options)) report(fileReport);
    }
  };

  const addMessage = (text: string, id: string | undefined) => {
    const isNew = separate || (id !== undefined && messageId !== undefined && id !== messageId);
    const piece = isNew && answer !== '' && !answer.endsWith('\n') ? `\n\n${text}` : text;
    answer += piece;
    said += piece.length;
    if (answer.length > 2 * ANSWER) answer = answer.slice(-ANSWER);
    messageId = id ?? messageId;
    separate = false;
  };

  return {
    async update(update) {
      switch (update.kind) {
        case 'message':
          addMessage(update.text, update.messageId);
          output.add('message', update.text);
          return;
        case 'thought':
          output.add('thought', update.text);
          return;
        case 'tool':
          await applyTool(update);
          return;
        case 'plan': {
          const step = describePlan(update.entries);
          if (!step) return;
          progress = step.progress;
          reportStep(step);
          return;
        }
        case 'progress':
          progress = update.progress ?? progress;
          reportStep({ stage: 'progress', description: plainLine(update.description, DESCRIPTION) });
          return;
        case 'file':
          for (const fileReport of await describeChange(update.change, options)) report(fileReport);
          return;
        case 'usage':
          usage.context(update.used, update.costUsd);
          reportUsed(usage.partOfTurn());
          return;
        case 'model':
          usage.useModel(update.model);
          return;
        case 'notice':
          reportNotice(update.severity, plainText(update.text));
          return;
        case 'unknown':
          countUnknown(update.name);
      }
    },
    adopt(update) {
      if (update.kind === 'usage') usage.adopt(update.used, update.costUsd);
      if (update.kind === 'model') usage.useModel(update.model);
    },
    addStderr: (text) => output.add('stderr', text),
    flush: () => output.flush(),
    describePermission({ toolCall }) {
      const { step } = tools.apply({ ...toolCall, status: 'pending' });
      if (step) reportStep(step);
      output.flush();
      const { title, kind, command, filePaths, preview } = tools.intentOf(toolCall);
      return { title, kind, command, file_paths: filePaths, preview };
    },
    denied({ toolCall }) {
      const { step } = tools.apply({ callId: toolCall.callId, status: 'failed' });
      if (step) reportStep(step);
    },
    useModel: (model) => usage.useModel(model),
    beginTurn() {
      [progress, steps, answer, said, messageId, separate] = [0, 0, '', 0, undefined, false];
      tools.beginTurn(now());
      usage.beginTurn();
    },
    endTurn(outcome, result) {
      output.endTurn();
      for (const step of tools.endTurn(outcome)) reportStep(step);
      reportUnknown();
      reportUsed(usage.endTurn(result));
      const leftOut = said - Math.min(answer.length, ANSWER);
      return { text: plainText(answer.slice(-ANSWER)), leftOut: leftOut > 0 ? leftOut : undefined };
    },
  };

  function reportUsed(used: EventData<'provider.called'> | undefined) {
    if (used) report({ type: 'provider.called', data: used });
  }

  function countUnknown(name: string) {
    const kind = unknown.has(name) || unknown.size < UNKNOWN_KINDS ? name : 'others';
    unknown.set(kind, (unknown.get(kind) ?? 0) + 1);
  }

  /** What was not understood leaves a trace, once a turn: an agent may be newer than this code. */
  function reportUnknown() {
    if (unknown.size === 0) return;
    const kinds = [...unknown].map(([name, count]) => `${name} (${count})`).join(', ');
    unknown.clear();
    const description = `Sent updates that Lineclear does not know: ${kinds}`;
    reportStep({ stage: 'notice', description: plainLine(description, DESCRIPTION) });
  }

  function reportNotice(severity: string, text: string) {
    if (severity === 'error') {
      report({ type: 'error.occurred', data: { code: 'agent_notice', message: text, where: agentName } });
    } else {
      reportStep({ stage: 'notice', description: plainLine(text, DESCRIPTION) });
    }
  }
}

function describePlan(entries: readonly { content: string; status: string }[]) {
  if (entries.length === 0) return undefined;
  const done = entries.filter(({ status }) => status === 'completed').length;
  const current =
    entries.find(({ status }) => status === 'in_progress') ??
    entries.find(({ status }) => status === 'pending') ??
    entries.at(-1);
  return {
    progress: done / entries.length,
    stage: 'plan',
    description: plainLine(current?.content ?? '', DESCRIPTION),
  };
}

/** A change as reports, with what is on the disk now; a move is a file that came and one that went. */
async function describeChange(
  change: FileChange,
  { workspace, keepContent }: Pick<SessionReportsOptions, 'workspace' | 'keepContent'>,
): Promise<AgentReport[]> {
  const { operation, lines, previousPath } = change;
  const facts = operation === 'delete' ? undefined : await workspace.readFacts(change.path);
  const data = {
    operation,
    file_path: workspace.name(change.path),
    ...(facts ? { file_size: facts.size, content_hash: facts.hash } : {}),
    ...(lines ? { lines_added: lines.added, lines_removed: lines.removed } : {}),
    ...(await keepSides(change, { workspace, keepContent })),
  };
  switch (operation) {
    case 'create':
      return [{ type: 'file.created', data }];
    case 'modify':
      return [{ type: 'file.modified', data }];
    case 'delete':
      return [{ type: 'file.deleted', data }];
    case 'move': {
      if (previousPath === undefined) return [{ type: 'file.modified', data }];
      const previous = workspace.name(previousPath);
      return [
        { type: 'file.created', data: { ...data, previous_path: previous } },
        { type: 'file.deleted', data: { operation, file_path: previous } },
      ];
    }
  }
}

/** Keeps both sides of a change, as far as the agent showed them and they are not too long. */
async function keepSides(
  { operation, path, parts }: FileChange,
  { workspace, keepContent }: Pick<SessionReportsOptions, 'workspace' | 'keepContent'>,
): Promise<{ before_ref?: BlobRef; after_ref?: BlobRef }> {
  if (!parts) return {};
  const now = operation === 'delete' ? undefined : await workspace.readText(path, CONTENT);
  const { before, after } = contentsOf(parts, now);
  // Of a file that was overwritten without a look at it, nobody knows what was there.
  const isKnown = operation !== 'create' && parts.every((part) => part.before !== undefined);
  const before_ref = isKnown ? await keepContent(before) : undefined;
  const after_ref = operation === 'delete' ? undefined : await keepContent(after);
  return { ...(before_ref ? { before_ref } : {}), ...(after_ref ? { after_ref } : {}) };
}
