/** What the process says to the script that called it. */
export const EXIT = {
  done: 0,
  /** Refused or failed; the reason is on stderr. */
  failed: 1,
  usage: 2,
  /** There was nothing to decide, or somebody else was faster: no effect. */
  noEffect: 3,
  /** Ctrl+C before what was waited for had come. */
  interrupted: 130,
} as const;

export const EXIT_HELP = `Exit codes:
  0    done
  1    refused or failed; the message says what is wrong and what to do
  2    the command line is wrong
  3    nothing to decide or not waiting any more: no effect
  130  interrupted before what --wait waits for had come

With --json, results are JSON on stdout, and an error is {"error": {"code", "message", "field", "next"}} on stderr.`;
