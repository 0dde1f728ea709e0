import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { EventData } from '../../src/contract/catalog.ts';
import type { AgentProcess } from '../../src/contract/events/agent.ts';
import { acpStarter } from '../../src/agents/acp.ts';
import type { AcpLimits, AcpSession } from '../../src/agents/acp.ts';
import type { AgentHandlers, AgentLaunch, AgentReport } from '../../src/agents/agent.ts';

type Report<T extends AgentReport['type']> = EventData<T>;

/** Handlers that remember what was reported and asked. */
export interface RecordedHandlers extends AgentHandlers {
  readonly processes: AgentProcess[];
  readonly reports: AgentReport[];
  readonly asked: string[];
  /** Texts that were kept, by the names that they were given. */
  readonly kept: ReadonlyMap<string, string>;
  /** The data of all reports of a type. */
  of<T extends AgentReport['type']>(type: T): Report<T>[];
  /** Resolves with the first report that fits, also one that was made already. */
  seen(fits: (report: AgentReport) => boolean): Promise<AgentReport>;
}

export function recordHandlers(answers: Partial<AgentHandlers> = {}): RecordedHandlers {
  const processes: AgentProcess[] = [];
  const reports: AgentReport[] = [];
  const asked: string[] = [];
  const kept = new Map<string, string>();
  const watchers = new Set<(report: AgentReport) => void>();
  return {
    processes,
    reports,
    asked,
    kept,
    processStarted(process) {
      processes.push(process);
      answers.processStarted?.(process);
    },
    report(report) {
      reports.push(report);
      for (const watch of watchers) watch(report);
    },
    async keepContent(text) {
      const ref = `blob:${createHash('sha256').update(text).digest('hex')}` as const;
      kept.set(ref, text);
      return ref;
    },
    async decidePermission(request, signal) {
      asked.push(`may it: ${request.title}`);
      return (await answers.decidePermission?.(request, signal)) ?? 'deny';
    },
    async answerQuestion(question, signal) {
      asked.push(question.question);
      return await answers.answerQuestion?.(question, signal);
    },
    of<T extends AgentReport['type']>(type: T) {
      const found: Report<T>[] = [];
      for (const report of reports) if (isOf(report, type)) found.push(report.data);
      return found;
    },
    seen(fits) {
      const found = reports.find(fits);
      if (found) return Promise.resolve(found);
      const { promise, resolve } = Promise.withResolvers<AgentReport>();
      const watch = (report: AgentReport) => {
        if (!fits(report)) return;
        watchers.delete(watch);
        resolve(report);
      };
      watchers.add(watch);
      return promise;
    },
  };
}

const isOf = <T extends AgentReport['type']>(
  report: AgentReport,
  type: T,
): report is AgentReport & { type: T; data: Report<T> } => report.type === type;

/** What a person would read in the log, one line per report that is not output. */
export function draw(reports: readonly AgentReport[]): string[] {
  return reports.flatMap(({ type, data }) => {
    switch (type) {
      case 'agent.progress':
        return data.tool ? `${data.description}: ${data.tool.status}` : [];
      case 'file.created':
      case 'file.modified':
      case 'file.deleted':
        return `${type} ${data.file_path}`;
      default:
        return [];
    }
  });
}

/** A workspace that is gone after the test. The real path, because agents tell real paths. */
export function makeWorkspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'lineclear it’s an agent ')));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return folder;
}

const SCRIPTED = path.resolve(import.meta.dirname, '../../examples/scripted-agent/agent.ts');
const ODD = path.resolve(import.meta.dirname, 'children/odd-agent.ts');

export const launchScripted = (cwd: string): AgentLaunch => ({
  name: 'scripted',
  command: [process.execPath, SCRIPTED],
  env: {},
  cwd,
});

/** An agent that does one odd thing; see children/odd-agent.ts. */
export const launchOdd = (oddity: string, cwd = makeWorkspace()): AgentLaunch => ({
  name: 'odd',
  command: [process.execPath, ODD, oddity],
  env: {},
  cwd,
});

/** Starts an agent that is ended with the test. */
export async function start(
  launch: AgentLaunch,
  handlers: AgentHandlers = recordHandlers(),
  limits: Partial<AcpLimits> = {},
): Promise<AcpSession> {
  const session = await acpStarter(limits)(launch, handlers, never());
  onTestFinished(() => session.stop());
  return session;
}

/** A signal that nobody aborts. */
export const never = (): AbortSignal => new AbortController().signal;

export const planPrompt = (task: string, more = ''): string =>
  `You are the planner of a task in Lineclear. Look at the workspace.\n\n## Task\n${task}\n\n${more}\n\n## Answer\nWrite the plan.`;

export const chunkPrompt = (task: string, chunk: string): string =>
  `You are the coder of a task in Lineclear. Carry out the chunk.\n\n## Task\n${task}\n\n## Chunk 1 of 1: ${chunk}\n\n## Answer\nSay it.`;

/** The text of a file in a folder as soon as it has some. */
export async function fileWritten(folder: string, name: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const look = () => {
    const file = path.join(folder, name);
    const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    if (text !== '') resolve(text);
  };
  const watcher = fs.watch(folder, look);
  look();
  return await promise.finally(() => watcher.close());
}
