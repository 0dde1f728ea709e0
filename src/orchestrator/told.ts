import type { AgentReport } from '../agents/agent.ts';
import type { EventData } from '../contract/catalog.ts';

/** What an agent told of its work in a turn: the last thing about each file, and its test runs. */
export interface Told {
  readonly files: Map<string, EventData<'file.modified'>['operation']>;
  readonly tests: { readonly command: string; readonly passed: boolean }[];
}

export const newTold = (): Told => ({ files: new Map(), tests: [] });

export function addTold(told: Told, { type, data }: AgentReport): void {
  switch (type) {
    case 'file.created':
    case 'file.modified':
    case 'file.deleted':
      told.files.set(data.file_path, type === 'file.deleted' ? 'delete' : data.operation);
      return;
    case 'test.passed':
    case 'test.failed':
      told.tests.push({ command: data.command ?? data.name, passed: type === 'test.passed' });
      return;
    default:
  }
}
