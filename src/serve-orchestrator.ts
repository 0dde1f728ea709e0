import { EventEmitter } from 'node:events';
import { startAgent } from './agents/start-agent.ts';
import { VERSION } from './app-info.ts';
import type { Config } from './config.ts';
import { type LineclearError, messageOf } from './contract/errors.ts';
import { createOutboxDelivery } from './deliver-outbox.ts';
import { followConfig } from './follow-config.ts';
import { loadWorld } from './followed-world.ts';
import type { FileProblem } from './memory/files/note-file.ts';
import { type InstructionFile, isDrift } from './memory/instructions/instruction-state.ts';
import { isSectionWrite, mayHaveSection } from './memory/instructions/section-write.ts';
import { createInstructionKeeper } from './open-instructions.ts';
import { keepMemory, loadMemory } from './open-memory.ts';
import { openWorkspace, readConfig } from './open-workspace.ts';
import { holderOfThisProcess, isGone } from './orchestrator/lease.ts';
import { isBeside, livingOrchestrators, placeOf } from './orchestrator/presence.ts';
import { type ServeEnd, serve } from './orchestrator/serve.ts';
import { retainByItself } from './retain-by-itself.ts';
import { problemLine } from './state/file-reason.ts';
import { ORCHESTRATOR } from './orchestrator/task-writer.ts';

export interface ServeAppOptions {
  readonly root: string;
  readonly overrides?: unknown;
  /** Never end for lack of work. */
  readonly stay?: boolean;
  /** Seconds without work after which it ends; default: the configuration's. */
  readonly idleExit?: number;
  /** End at once when another one works in the folder, instead of sharing the tasks with it. */
  readonly alone: boolean;
  /** Called with each line of what it does. */
  readonly note: (line: string) => void;
}

/** Orchestrates a workspace until the signal is aborted or there is nothing to do. Returns why it ended. */
export async function serveOrchestrator(
  { root, overrides, stay = false, idleExit, alone, note }: ServeAppOptions,
  signal: AbortSignal,
): Promise<ServeEnd> {
  const { config, backend } = await openWorkspace({ root, overrides, create: true });
  const { log, blobs, snapshots } = backend;
  const settingsOf = ({ orchestrator }: Config) => ({
    ...orchestrator,
    idleExit: idleExit ?? orchestrator.idleExit,
  });
  const settings = settingsOf(config);
  let current = config;

  async function tellWrong({ code, message, next }: LineclearError): Promise<void> {
    note(`${message}: the settings stay as they were`);
    // Of several in this folder, the first tells it.
    try {
      const here = placeOf(root);
      const first = (await livingOrchestrators(backend)).find((one) => isBeside(one, here));
      if (first?.pid !== process.pid) return;
      const by = { source: ORCHESTRATOR, source_agent_id: ORCHESTRATOR, call_chain: [ORCHESTRATOR] };
      await log.append([{ ...by, type: 'error.occurred', data: { code, message, next } }]);
    } catch (error) {
      note(messageOf(error));
    }
  }

  const changes = new EventEmitter<{ settings: [] }>();
  const followedConfig = followConfig({
    root,
    load: () => readConfig({ root, overrides }),
    onChange(changed) {
      // The same object, so that whatever starts from now on finds them in it.
      Object.assign(settings, settingsOf(changed));
      current = changed;
      instructions.configured();
      changes.emit('settings');
      note('the configuration was read again');
    },
    onWrong: (error) => void tellWrong(error),
  });
  const ended = new AbortController();
  const tell = (error: unknown) => note(messageOf(error));
  const memory = loadMemory(backend, tell);
  const ending = AbortSignal.any([signal, ended.signal]);
  const { connection } = backend;
  const outbox = createOutboxDelivery({ root, log, connection, memory: () => memory });
  const emptying = outbox.keep(ending, () => {
    const { waiting, refused } = outbox.state;
    note(`outbox: ${waiting} waiting, ${refused.length} refused`);
  });
  const instructions = createInstructionKeeper({
    root,
    backend,
    memory: () => memory,
    config: () => current,
  });
  const keepingInstructions = instructions.keep(ending, tellNew(note, instructionLines), tell);
  const keeping = config.memoryFiles
    ? keepMemory({
        memory,
        backend,
        root,
        author: { source: 'memory', user_id: config.userId },
        holder: { name: JSON.stringify(holderOfThisProcess({ version: VERSION, ...placeOf(root) })), isGone },
        signal: ending,
        onProblems: tellNew(note, noteLines),
        onError: tell,
      })
    : undefined;
  const retention = () => current.retention;
  const atRest = retainByItself({ root, overrides, retention, signal: ending, note });
  try {
    return await serve(
      {
        log,
        backend,
        project: config.log.project,
        blobs,
        loadWorld: () => loadWorld(log, snapshots),
        settings,
        onSettingsChanged: (listener) => void changes.on('settings', listener),
        startAgent,
        cwd: root,
        ownWrites: {
          mayBe: (file) => current.instructions.enabled && mayHaveSection(file),
          isAll: isSectionWrite,
        },
        note,
        atRest,
        stay,
        alone,
        version: VERSION,
      },
      signal,
    );
  } finally {
    followedConfig.stop();
    ended.abort();
    await Promise.all([keeping, keepingInstructions, emptying]);
    await (await memory.catch(() => undefined))?.close();
    await backend.close();
  }
}

/** Says of a list that is told again and again what was not in it before. */
function tellNew<T>(note: ServeAppOptions['note'], linesOf: (list: readonly T[]) => readonly string[]) {
  let told: readonly string[] = [];
  return (list: readonly T[]): void => {
    const lines = linesOf(list);
    for (const line of lines) if (!told.includes(line)) note(line);
    told = lines;
  };
}

/** Files of notes that are left alone, or of which something is. */
const noteLines = (problems: readonly FileProblem[]): string[] =>
  problems.map(({ path, line, reason }) => problemLine(path, line, reason));

/** Instruction files that wait for a person, or are left alone. */
const instructionLines = (files: readonly InstructionFile[]): string[] =>
  files.flatMap((file) => {
    if (file.state.kind === 'problem') {
      const { line, reason } = file.state;
      return [`${problemLine(file.path, line, reason)}; it is left alone`];
    }
    return isDrift(file) ? [`${file.path}: ${file.state.kind}; it waits for you`] : [];
  });
