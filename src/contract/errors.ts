/** Every error of the product: who it is for, and what that person or developer can do next. */
const catalog = {
  // The contract
  invalid_event: { audience: 'user', next: 'Correct the named field and send the event again.' },
  unknown_event_type: {
    audience: 'user',
    next: 'Use a type of the catalog: lineclear emit --help lists them.',
  },
  unknown_event_version: {
    audience: 'user',
    next: 'Update Lineclear: this event was written by a newer one.',
  },
  wrong_tenant: { audience: 'user', next: 'Open the log of that tenant, or leave tenant_id out.' },
  data_too_large: {
    audience: 'user',
    next: 'Put large content into the blob store and name it in context_refs.',
  },
  // The log
  log_corrupt: { audience: 'user', next: 'Keep the file, move it away, and import your last export.' },
  log_foreign: { audience: 'user', next: 'Move that file away: it is not a Lineclear log.' },
  log_newer: { audience: 'user', next: 'Update Lineclear, or reload the window after the update.' },
  log_busy: { audience: 'user', next: 'Try again: another process is writing to the log for a long time.' },
  log_full: { audience: 'user', next: 'Free some disk space and try again; nothing was half written.' },
  log_readonly: {
    audience: 'user',
    next: 'Make that folder and its files writable, or work on a copy; of servers, name the primary.',
  },
  log_replaced: { audience: 'user', next: 'Reload the window: the log was replaced by another one.' },
  log_unreachable: {
    audience: 'user',
    next: 'Start the server, or correct the address of the log in config.toml. It goes on when the server is back.',
  },
  log_denied: {
    audience: 'user',
    next: 'Set LINECLEAR_LOG_PASSWORD, or write it under [log.passwords] in your own config.toml. A user stands in the address of the log.',
  },
  log_unsupported: { audience: 'user', next: 'Update the server, or name another one in config.toml.' },
  history_truncated: {
    audience: 'user',
    next: 'Read on behind it, or read the archive: lineclear archive list says where it is.',
  },
  archive_damaged: { audience: 'user', next: 'Nothing was removed. Look at the disk, and try again.' },
  archive_missing: { audience: 'user', next: 'Name one of those that lineclear archive list shows.' },
  log_on_network: {
    audience: 'user',
    next: 'Keep your logs on a disk of this machine (folder in [log] of your own config.toml), or allow it here (network = "allow").',
  },
  copy_differs: {
    audience: 'user',
    next: 'Name a target that is empty, or that has the first events of the source, and that nobody else uses meanwhile.',
  },
  outbox_full: {
    audience: 'user',
    next: 'See with lineclear health why what waits is not recorded; then it is, with lineclear outbox deliver.',
  },
  node_too_old: { audience: 'user', next: 'Install a newer Node, and run Lineclear with it.' },
  log_closed: { audience: 'log', next: 'Do not use a log after close().' },
  log_failed: { audience: 'user', next: 'See the Lineclear output channel for the cause.' },
  version_conflict: { audience: 'log', next: 'Read the task again and decide again.' },
  // Commands of a person
  task_not_found: { audience: 'user', next: 'List the tasks to see which exist: lineclear list.' },
  no_task: { audience: 'user', next: 'Create a task first.' },
  agent_not_found: { audience: 'user', next: 'Look at the agents that there are: lineclear list --agents.' },
  not_waiting: { audience: 'user', next: 'Nothing is left to decide here; the view shows who decided.' },
  stale_revision: { audience: 'user', next: 'Read the newer revision and decide on that one.' },
  no_rule: {
    audience: 'user',
    next: 'Allow it this once, or write a rule of your own into config.toml.',
  },
  invalid_input: { audience: 'user', next: 'Correct the named value.' },
  // Configuration, agents, orchestrator
  invalid_config: { audience: 'user', next: 'Correct the named key in that file.' },
  agent_not_configured: {
    audience: 'user',
    next: 'Name an agent of the configuration, or add it to config.toml.',
  },
  agent_not_startable: {
    audience: 'user',
    next: 'Install the agent, or correct its command in config.toml.',
  },
  agent_protocol: {
    audience: 'user',
    next: 'Check that the command starts an ACP agent; its output is in the log.',
  },
  agent_failed: { audience: 'user', next: 'Read the reason, then retry the task.' },
  agent_refused: { audience: 'user', next: 'Read what it said, then retry with other words, or skip it.' },
  agent_not_signed_in: { audience: 'user', next: 'Sign in to the agent in a terminal, then retry the task.' },
  agent_stopped: { audience: 'user', next: 'Retry the task when you want it to go on.' },
  agent_timeout: { audience: 'user', next: 'Retry the task, or raise the time limit of the agent.' },
  rate_limited: {
    audience: 'user',
    next: 'Wait until it goes on by itself, or let another agent take over.',
  },
  budget_exceeded: { audience: 'user', next: 'Raise the budget, or cancel the task.' },
  agent_over_limit: {
    audience: 'user',
    next: 'Raise the limit in config.toml or find out what uses so much, then retry the task.',
  },
  plan_unusable: {
    audience: 'user',
    next: 'Describe the task more closely, or use another planner; then retry.',
  },
  registry_unusable: { audience: 'user', next: 'Try again later, or name another registry in config.toml.' },
  orchestrator_not_startable: { audience: 'user', next: 'Read the orchestrator log that the message names.' },
  orchestrator_outdated: {
    audience: 'user',
    next: 'Update Lineclear here, or reload the window after the update.',
  },
  lease_lost: { audience: 'log', next: 'End: the other orchestrator carries the tasks on.' },
  orchestrator_running: {
    audience: 'user',
    next: 'One orchestrator per log is enough: use the running one.',
  },
  verify_failed: { audience: 'user', next: 'Read what the check printed, then retry the task.' },
  worktree_failed: { audience: 'user', next: 'Do what the message says, then try again.' },
  scope_conflict: {
    audience: 'user',
    next: 'Look at the file, restore by hand what you want of it, then allow it.',
  },
  group_stopped: {
    audience: 'user',
    next: 'Replay or delete its dead letter: lineclear dlq list; then it goes on.',
  },
  group_cut_off: {
    audience: 'user',
    next: 'What was removed it does not get. How far each group is: lineclear group list.',
  },
  handler_not_startable: {
    audience: 'user',
    next: 'Correct the command after --. The event waits for the next worker.',
  },
  delivery_rejected: { audience: 'log', next: 'Edit its dead letter and replay it, or delete it.' },
  note_not_found: { audience: 'user', next: 'See the notes that there are: lineclear memory list.' },
  note_too_large: { audience: 'user', next: 'Make it shorter, or cut it into several notes.' },
  note_lost: { audience: 'user', next: 'Write it again: its text was not in what was imported.' },
  invalid_note: { audience: 'user', next: 'Correct the named line or value.' },
  note_changed: { audience: 'user', next: 'Look at it again: it was changed in the meantime.' },
  no_log: { audience: 'user', next: 'Create a task, or name another folder.' },
  no_workspace: { audience: 'user', next: 'Open a folder: Lineclear keeps its log in the workspace.' },
} as const satisfies Record<string, { audience: 'user' | 'log'; next: string }>;

export type ErrorCode = keyof typeof catalog;

/** Where in a file something is; `line` counts from 1. */
export interface Place {
  readonly file: string;
  readonly line?: number | undefined;
}

/**
 * The one error class. `message` says what is wrong and where, `next` what to do about it.
 * `field` names the field of an event or the key of a file that is wrong, `place` where it is when that is a file.
 */
export class LineclearError extends Error {
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly place: Place | undefined;
  /** ISO 8601: before that time the same would fail again. */
  readonly retryAt: string | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: {
      field?: string | undefined;
      place?: Place | undefined;
      retryAt?: string | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'LineclearError';
    this.code = code;
    this.field = options.field;
    this.place = options.place;
    this.retryAt = options.retryAt;
  }

  /** Whether a person can do something about it, or it is a matter for the log. */
  get audience(): 'user' | 'log' {
    return catalog[this.code].audience;
  }

  get next(): string {
    return catalog[this.code].next;
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function hasCode<C extends ErrorCode>(error: unknown, code: C): error is LineclearError & { code: C } {
  return error instanceof LineclearError && error.code === code;
}
