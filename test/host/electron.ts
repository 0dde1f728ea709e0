// node test/host/electron.ts: the suite in the desktop's VS Code, which it downloads.
// CODE=/usr/bin/code takes an installed one, CODE=test/host/run.ts the one on a server.
import path from 'node:path';
import { runTests, TestRunFailedError } from '@vscode/test-electron';
import { scratch } from './scratch.ts';
import { root } from '../../scripts/targets.ts';

const code = process.env['CODE'];
try {
  process.exitCode = await runTests({
    vscodeExecutablePath: code ? path.resolve(code) : undefined,
    cachePath: path.join(root, 'artifacts/vscode'),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/suite/index.cjs'),
    launchArgs: [scratch().makeFolder('workspace'), '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = error instanceof TestRunFailedError ? (error.code ?? 1) : 1;
} finally {
  await scratch().close();
}
