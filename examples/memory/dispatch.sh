#!/usr/bin/env bash
# A task dispatcher, for bash and zsh: runs the tasks that it reads from stdin, one after the other, and lets everybody
# see in Lineclear's memory what it is at and what came of each.
#
#   dispatch.sh < tasks.txt        each line: NAME: COMMAND
#
# LINECLEAR names the program where it is not on the PATH. Exits with the number of tasks that failed.
set -u
LINECLEAR=${LINECLEAR:-lineclear}
agent=dispatcher
failed=0
report=$(mktemp)
trap 'rm -f "$report"' EXIT

while IFS= read -r line; do
  name=${line%%:*}
  task=${line#*:}
  [ -n "$line" ] && [ "$name" != "$line" ] || continue
  "$LINECLEAR" context set "$agent" status=running "task=$name" --agent "$agent" < /dev/null > /dev/null
  printf '```text\n' > "$report"
  if sh -c "$task" < /dev/null >> "$report" 2>&1; then
    state=completed
  else
    code=$?
    state=failed
    failed=$((failed + 1))
    printf 'exit code %s\n' "$code" >> "$report"
  fi
  printf '```\n' >> "$report"
  "$LINECLEAR" task-result "$name" - --status "$state" --agent "$agent" --summary "$task" < "$report"
done

"$LINECLEAR" context set "$agent" status=idle task= --agent "$agent" < /dev/null > /dev/null
exit "$failed"
