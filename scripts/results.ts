// What the test runners wrote about their tests.
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Each failed test with its reason: the last lines of a run are what is left of it when its output is cut. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly test: string;
  readonly reason: string;
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
  failures: [...a.failures, ...b.failures],
});

const VitestReport = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  numTodoTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** The report of vitest's json reporter. `undefined`: it never came to write one. */
export function readVitest(file: string, root: string): Counts | undefined {
  const report = read(file, VitestReport);
  if (!report) return undefined;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: report.testResults.flatMap(({ name, status, message, assertionResults }) => {
      const inFile = path.relative(root, name);
      const failed = assertionResults.filter((test) => test.status === 'failed');
      // A file that could not be loaded has no tests, and a message of its own.
      if (failed.length === 0 && status === 'failed') return [{ test: inFile, reason: message }];
      return failed.map(({ fullName, failureMessages }) => ({
        test: `${inFile} > ${fullName}`,
        reason: failureMessages.join('\n'),
      }));
    }),
  };
}

const MochaReport = z.object({
  passes: z.int(),
  pending: z.int(),
  failures: z.array(z.object({ test: z.string(), reason: z.string() })),
});

/** What test/vscode/suite/index.ts writes. */
export function readMocha(file: string): Counts | undefined {
  const report = read(file, MochaReport);
  if (!report) return undefined;
  return {
    passed: report.passes,
    failed: report.failures.length,
    skipped: report.pending,
    failures: report.failures,
  };
}

function read<Report>(file: string, schema: z.ZodType<Report>): Report | undefined {
  return fs.existsSync(file) ? schema.parse(JSON.parse(fs.readFileSync(file, 'utf8'))) : undefined;
}
