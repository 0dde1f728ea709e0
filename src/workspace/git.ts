import { execFile } from 'node:child_process';
import { messageOf } from '../contract/errors.ts';

export interface GitOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** For its standard input. */
  readonly input?: string;
}

/** git said no: `message` is what it printed. */
export class GitError extends Error {
  /** Undefined when git is not there, or had to be ended. */
  readonly exitCode: number | undefined;
  readonly stdout: string;

  constructor(message: string, exitCode: number | undefined, stdout: string) {
    super(message);
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stdout = stdout;
  }
}

/** Milliseconds after which git is ended: a folder that takes longer is too large to be looked at in every turn. */
export const LIMIT_MS = 60_000;
const MAX_OUTPUT = 64 * 1024 * 1024;

/** Nobody is asked anything, nothing of the person's set-up runs, and what it says is the same everywhere. */
const QUIET = ['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'gc.auto=0', 'commit.gpgSign=false'];
const quiet = QUIET.flatMap((setting) => ['-c', setting]);

/** Variables of a git command that called us must not point our own at its repository. */
const ownEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')));

/** What git prints. Throws {@link GitError}. */
export async function gitBytes(args: readonly string[], { cwd, env, input }: GitOptions): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const child = execFile(
    'git',
    [...quiet, ...args],
    {
      cwd,
      env: { ...ownEnvironment(), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', ...env },
      encoding: 'buffer',
      maxBuffer: MAX_OUTPUT,
      timeout: LIMIT_MS,
      windowsHide: true,
    },
    (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const said = stderr.toString('utf8').trim();
      const code = typeof error.code === 'number' ? error.code : undefined;
      reject(new GitError(said === '' ? messageOf(error) : said, code, stdout.toString('utf8')));
    },
  );
  // A git that ended before it has read everything says why itself.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input ?? '');
  return await promise;
}

/** The same as text, without the line end. */
export const git = async (args: readonly string[], options: GitOptions): Promise<string> =>
  (await gitBytes(args, options)).toString('utf8').trimEnd();

/** What git prints, or undefined when it says no. */
export async function maybeGit(args: readonly string[], options: GitOptions): Promise<string | undefined> {
  try {
    return await git(args, options);
  } catch (error) {
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

/** Items of an output with `-z`. */
export const splitNul = (output: string): string[] => output.split('\0').filter((item) => item !== '');
