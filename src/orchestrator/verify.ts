import { once } from 'node:events';
import { startProcessTree } from '../agents/process-tree.ts';
import { LineclearError, messageOf } from '../contract/errors.ts';
import { lastWords } from './bounds.ts';
import type { Conclusion } from './conclude.ts';
import type { LabelledBody } from './decide.ts';

interface Verification {
  /** Program and arguments; started without a shell. */
  readonly command: readonly [string, ...string[]];
  /** Seconds. */
  readonly timeout: number;
  readonly folder: string;
  /** What its processes are marked with, so that they are found after a crash. */
  readonly mark: string;
}

interface VerificationOutcome {
  readonly passed: boolean;
  /** How it ended, and the last lines that it printed. */
  readonly message: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** Characters of the output that are kept; the end matters. */
const OUTPUT = 4_000;
// oxlint-disable-next-line no-control-regex -- colours of a terminal are not for an event
const COLOURS = /\u001b\[[0-9;]*m/g;

/** Runs the check to its end. */
async function runToEnd({ command, timeout, folder, mark }: Verification, signal: AbortSignal) {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout * 1000)]);
  const tree = await startProcessTree(command, { cwd: folder, env: { CI: 'true' }, mark });
  const { child } = tree;
  let output = '';
  const gather = (bytes: Buffer) => {
    output = (output + bytes.toString('utf8')).slice(-2 * OUTPUT);
  };
  child.stdin.on('error', () => undefined).end();
  child.stdout.on('data', gather);
  child.stderr.on('data', gather);
  const stop = () => void tree.stop().catch(() => undefined);
  limit.addEventListener('abort', stop, { once: true });
  if (limit.aborted) stop();
  await once(child, 'exit');
  limit.removeEventListener('abort', stop);
  // What it has left running would disturb what comes next.
  await tree.stop();
  const { exitCode } = child;
  const how = limit.aborted
    ? `did not end within ${timeout} s`
    : `ended with exit code ${exitCode ?? 'unknown'}`;
  const tail = output.replace(COLOURS, '').trim().slice(-OUTPUT);
  return { passed: exitCode === 0 && !limit.aborted, message: `${command.join(' ')} ${how}\n${tail}`.trim() };
}

/** Runs the person's own check; one that cannot be started has not passed. Throws the signal's reason. */
async function verify(verification: Verification, signal: AbortSignal): Promise<VerificationOutcome> {
  const began = performance.now();
  const outcome = await runToEnd(verification, signal).catch((error: unknown) => ({
    passed: false,
    message: messageOf(error),
  }));
  signal.throwIfAborted();
  return { ...outcome, duration: Math.round(performance.now() - began) };
}

/** Whether somebody says that a chunk is done, so that it is to be checked. */
const claimsChunk = (conclusion: Conclusion): boolean =>
  conclusion.kind === 'append' && conclusion.append.some(({ body }) => body.type === 'chunk.completed');

/** The outcome as an event. */
function verificationEvent(
  { command }: Verification,
  { passed, message, duration }: VerificationOutcome,
): LabelledBody {
  const name = command.join(' ');
  const data = { name, command: name, duration_ms: duration };
  return {
    label: 'verified',
    body: passed
      ? { type: 'test.passed', data }
      : { type: 'test.failed', data: { ...data, message: lastWords(message) } },
  };
}

/** The conclusion of a chunk that passed its check, with that as evidence. */
function withPassedTest(conclusion: Conclusion, { command }: Verification): Conclusion {
  if (conclusion.kind !== 'append') return conclusion;
  const append = conclusion.append.map((item): LabelledBody => {
    if (item.body.type !== 'chunk.completed' || !item.body.data.evidence) return item;
    const { evidence } = item.body.data;
    const tests = [...(evidence.tests ?? []), { command: command.join(' '), passed: true }];
    return { ...item, body: { ...item.body, data: { ...item.body.data, evidence: { ...evidence, tests } } } };
  });
  return { kind: 'append', append };
}

/**
 * Runs the check when somebody says that a chunk is done, and records how it ended. Returns the conclusion with that as evidence.
 * Throws `verify_failed` when it has not passed.
 */
export async function checkClaim(
  claim: Conclusion,
  verification: Verification,
  signal: AbortSignal,
  record: (outcome: LabelledBody) => Promise<void>,
): Promise<Conclusion> {
  if (!claimsChunk(claim)) return claim;
  const outcome = await verify(verification, signal);
  await record(verificationEvent(verification, outcome));
  if (!outcome.passed) throw new LineclearError('verify_failed', outcome.message);
  return withPassedTest(claim, verification);
}
