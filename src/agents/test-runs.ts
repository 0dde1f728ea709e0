/** The outcome of a command that an agent ran. */
export interface TestRun {
  readonly command: string;
  readonly passed: boolean;
}

const RUNNERS = [
  /\b(?:npm|pnpm|yarn|bun)(?:\s+--?\S+)*\s+(?:run\s+)?(?:t|tst|test)(?:[:\w-]*)\b/,
  /\b(?:vitest|jest|mocha|ava|tap|jasmine|karma|cypress\s+run|playwright\s+test|node\s+(?:\S+\s+)*--test)\b/,
  /\b(?:pytest|py\.test|tox|nox|unittest|nosetests)\b/,
  /\b(?:go|cargo|dotnet|swift|mix|deno|zig\s+build|bazel|flutter|dart)\s+test\b/,
  /\bcargo\s+nextest\b/,
  /\b(?:mvn|mvnw|gradle|gradlew)\b.*\b(?:test|check|verify)\b/,
  /\b(?:rspec|phpunit|pest|ctest|bats|busted)\b/,
  /\b(?:rake|make|just|ninja)\s+(?:test|check)\b/,
];

/** Commands that only name a test runner. */
const NO_RUN = /^\s*(?:cat|echo|grep|rg|ls|which|git|sed|npm\s+(?:i|install|view)|pip)\b/;

/** Whether a command line looks like a run of tests. */
const isTestCommand = (command: string): boolean =>
  !NO_RUN.test(command) && RUNNERS.some((runner) => runner.test(command));

const EXIT_NAMES = ['exitCode', 'exit_code', 'exitStatus', 'exit'];

/** The exit code in what a tool gave back; agents put it in different places. */
function exitCodeIn(output: unknown, depth = 3): number | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(output));
  const own = EXIT_NAMES.map((name) => fields.get(name)).find((value) => Number.isInteger(value));
  if (typeof own === 'number') return own;
  if (depth === 0) return undefined;
  for (const value of fields.values()) {
    const inner = exitCodeIn(value, depth - 1);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/**
 * What a finished command says about tests. Undefined when it is no test run, and when nobody says how it ended: that a
 * tool call is over does not mean that the tests passed.
 */
export function testRunOf(
  command: string | undefined,
  status: 'completed' | 'failed',
  output: unknown,
): TestRun | undefined {
  if (command === undefined || !isTestCommand(command)) return undefined;
  const exitCode = exitCodeIn(output);
  if (exitCode !== undefined) return { command, passed: exitCode === 0 };
  return status === 'failed' ? { command, passed: false } : undefined;
}
