/** What a new `.lineclear/config.toml` says: every key, with its default, as comments. */
export const CONFIG_TEMPLATE = `# Lineclear in this workspace. Everything here may be left out.

# Where Connect Agent reads which agents there are; only when you open it.
# registry = "https://cdn.agentclientprotocol.com/registry/v1/latest/registry.json"

# Which agent takes which role; the names are those of [agents.…] below, or of an installed agent
# that Lineclear knows: gemini, opencode, claude, codex, copilot, qwen.
# [roles]
# planner = "gemini"
# coder = "opencode"
# reviewer = "gemini"

# Any program that speaks the Agent Client Protocol (ACP) on stdin and stdout.
# [agents.mine]
# command = ["my-agent", "--acp"]
# env = { MY_AGENT_MODEL = "large" }
# fallback = "gemini"    # takes over when the provider of this one refuses calls for a while; otherwise the task waits

# Any other program, run once for each prompt. Where {prompt} is missing, it comes on stdin.
# [agents.aider]
# command = ["aider", "--yes-always", "--message", "{prompt}"]
# protocol = "command"
# input = "argument"     # or "stdin"
# output = "text"        # or "json" or "jsonl"; then text = "result" says where the answer is

# [orchestrator]
# start_timeout = 60     # seconds that an agent has to start
# turn_timeout = 3600    # seconds that one turn may take, waiting for you not counted
# idle_exit = 60         # seconds without work after which the orchestrator ends
# concurrency = 4        # how many agents may be at work at once
# review_rounds = 2      # how often a reviewer may send the work back
# retry_delays = [1, 4, 16] # seconds after which what failed is tried again, before it waits for you
# sample_interval = 5    # seconds between two looks at what agents use

# What the processes of one agent may use; without a value there is no limit. [agents.mine.limits] for one agent alone.
# [limits]
# memory_mb = 4096
# cpu_percent = 400      # 100 is one core
# disk_mb = 20000        # read and written; Linux only
# open_files = 5000      # Linux only
# action = "warn"        # "stop": end the agent

# What the work may use up before it waits for you; without a value there is no limit. What counts of the time is the
# time in which agents work, not in which they wait for you.
# [budget]
# task_tokens = 500000   # of each new task
# task_cost_usd = 5.0
# task_seconds = 3600
# day_tokens = 5000000   # of all tasks together, from midnight to midnight
# day_cost_usd = 50.0
# day_seconds = 28800

# What agents may do without asking you, and what they may never do. A rule that denies wins wherever it stands; of the
# others the first that fits decides; without one you are asked. A command line is allowed only if each command in it is.
# A rule names tools, commands or files, and agents if it is not for all.
# [[rules]]
# name = "reading"
# action = "allow"       # "deny", "ask"
# tools = ["read", "search"] # of the workspace; edit, delete, move, execute, fetch, think, switch_mode, other
# [[rules]]
# name = "tests"
# action = "allow"
# commands = ["npm test", "git diff *"] # allowed word for word; * at the end: any further words
# [[rules]]
# name = "never delete folders"
# action = "deny"
# commands = ["rm -rf"]  # in any order of options, also behind sudo or in sh -c "…"
# [[rules]]
# name = "documents"
# action = "allow"
# tools = ["edit"]
# files = ["docs/**"]
# agents = ["gemini"]
# [work]
# scope = "warn"         # a change outside the approved plan: "off", "warn" (waits in the Inbox), "hold" (the task waits too)
# verify = ["npm", "test"] # run after each chunk; when it fails, so has the chunk
# verify_timeout = 600   # seconds that it may take
# worktree = false       # whether each task works in a git worktree of its own

# [memory]
# files = true           # keep notes in .lineclear/memory and contexts in .lineclear/context.json, in both directions

# One section of the agents' own instruction files, kept the same in all of them from the notes of a domain. What is outside
# of the section is never touched. Off until you switch it on: Keep Instruction Files the Same, lineclear instructions on.
# [instructions]
# enabled = false
# domain = "instructions" # the notes that are in it
# files = ["AGENTS.md", "CLAUDE.md"] # by default, as far as they exist: AGENTS.md, CLAUDE.md, GEMINI.md, QWEN.md,
#   .github/copilot-instructions.md

# [retention]
# mode = "keep"          # events of tasks that ended long ago: "archive": the orchestrator moves them to .lineclear/archive when
#   nothing is to be done; "delete": they are gone for ever (only your own config.toml may say so)
# days = 30              # how long ago

# [log]
# durability = "process" # what was recorded survives a crash; "power": also a loss of power
# network = "refuse"     # a log on a network file system, where it could be damaged; "allow": use it, from one machine at a time
# Logs can be kept elsewhere, all of them below one folder; only your own config.toml may say so, not a workspace's:
#   folder = "~/lineclear-logs"
# url = "sqlite:"        # that file; or a server that a team shares: "redis://me@host:6379/0", "nats://host:4222"
#   with TLS: "rediss://…", "tls://…"
# tenant = "local"       # one server holds the logs of several teams: each has a name
# project = "website"    # whose tasks are carried out here, where projects share a log on a server; by default the folder's name
# Passwords are not for this file: they are in LINECLEAR_LOG_PASSWORD, or in your own config.toml, which only you may read:
#   [log.passwords]
#   "host:6379" = "…"    # "*" = "…": for any server; for NATS without a user: a token
#   [log.credentials]
#   "host:4222" = "acme.creds" # a file of credentials for NATS, from your home folder; or LINECLEAR_LOG_CREDENTIALS
# [log.redis]
# ca = "certs/ca.pem"    # who vouches for the server, where the system does not know it; cert and key: who you are
# server_name = "redis"  # the name in its certificate, if that is not its address
# cluster = false        # whether the server is one of a cluster
# sentinels = ["host:26379"] # who know which server is the primary; then url is "redis://any/0"
# sentinel_name = "mymaster"
# sentinel_user = "anna"  # where sentinels want to know who asks; their password stands in [log.passwords] by "host:26379"
# sentinel_tls = true     # whether sentinels are asked by TLS; by default as the server is
# channel = "lineclear:events" # where events are published for other programs: as JSON, by PUBLISH
# notify = ["agent", "context", "memory"] # which ones: the first part of their types
# streams = []           # which ones are copied to short streams of their own, t:{tenant}:events:memory
# max_length = 1000      # about how long these are
# keep_events = 100000   # about how many events the log keeps, beside those that are still needed; by default all
# [log.nats]
# ca = "certs/ca.pem"    # as for Redis; also cert and key
# servers = ["host:4222"] # others of the same cluster
# name = "acme"          # which log on the server; by default that of the tenant
# replicas = 1           # how many servers of the cluster store each event; counts when the log is made
`;

/** What a new config.toml of the person says. */
export const USER_CONFIG_TEMPLATE = `# Lineclear in all your workspaces; the .lineclear/config.toml of a workspace may say otherwise, and knows the same keys.

# [log]
# folder = "~/lineclear-logs" # keep the logs here, each in a folder of its own, instead of in the workspaces
# network = "allow"      # use a log on a network file system all the same; then from one machine at a time

# Passwords of servers that logs are on. Only you may read this file then: chmod 600
# [log.passwords]
# "host:6379" = "…"
`;
