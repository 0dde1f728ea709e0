import fs from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';

/** What a runner outside wants to know. */
interface SuiteResult {
  readonly passes: number;
  readonly failures: readonly { readonly test: string; readonly reason: string }[];
  readonly pending: number;
}

/**
 * VS Code's extension host calls this: resolved means passed, rejected means failed. The same under the desktop's
 * VS Code and under the one on a server.
 */
export async function run(): Promise<void> {
  process.setSourceMapsEnabled(true);
  const mocha = new Mocha({ ui: 'tdd', timeout: 20_000, color: false, reporter: 'spec' });
  for (const file of fs.readdirSync(__dirname)) {
    if (file.endsWith('.test.cjs')) mocha.addFile(path.join(__dirname, file));
  }
  const only = process.env['MOCHA_GREP'];
  if (only) mocha.grep(only);
  await mocha.loadFilesAsync();
  const failures: { test: string; reason: string }[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  const runner = mocha.run(resolve);
  runner.on('fail', (test, error: Error) => {
    failures.push({ test: test.fullTitle(), reason: error.stack ?? error.message });
  });
  await promise;
  // An extension host that died looks from outside like one that ended well: this file is the proof that it ran.
  const file = process.env['HOST_TEST_RESULT'];
  const result: SuiteResult = {
    passes: runner.stats?.passes ?? 0,
    failures,
    pending: runner.stats?.pending ?? 0,
  };
  if (file) fs.writeFileSync(file, JSON.stringify(result));
  if (failures.length > 0) throw new Error(`${failures.length} test(s) failed`);
}
