// What the test runners wrote about their tests.
import fs from 'node:fs';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** The report of vitest's json reporter. `undefined`: it never came to write one. */
export function readVitest(file: string): Counts | undefined {
  const number = readNumbers(file);
  if (!number) return undefined;
  return {
    passed: number('numPassedTests'),
    failed: number('numFailedTests'),
    skipped: number('numPendingTests') + number('numTodoTests'),
  };
}

/** What test/vscode/suite/index.ts writes. */
export function readMocha(file: string): Counts | undefined {
  const number = readNumbers(file);
  if (!number) return undefined;
  return { passed: number('passes'), failed: number('failures'), skipped: number('pending') };
}

function readNumbers(file: string): ((name: string) => number) | undefined {
  if (!fs.existsSync(file)) return undefined;
  const report: unknown = JSON.parse(fs.readFileSync(file, 'utf8'));
  const entries = new Map<string, unknown>(
    Object.entries(typeof report === 'object' && report ? report : {}),
  );
  return (name) => {
    const value = entries.get(name);
    if (typeof value !== 'number') throw new Error(`${file} has no number ${name}`);
    return value;
  };
}
