#!/usr/bin/env bash
# A consumer for research and development, for bash and zsh: each note in the domain `proposals` is tried out with a
# command of yours, and what came of it is a note of the same name in the domain `outcomes`. Needs jq.
#
#   research.sh COMMAND...         COMMAND gets the proposal (Markdown) on stdin; exit code 0: worth it
#
# Proposals come from anywhere: lineclear memory write proposals/faster-start "Load the parser later."
# Of several that run, each proposal goes to one; one that is tried twice, after a crash, gives the same outcome note.
# LINECLEAR names the program where it is not on the PATH.
set -u
export LINECLEAR=${LINECLEAR:-lineclear}

if [ "${LINECLEAR_PROPOSAL:-}" != handle ]; then
  [ $# -gt 0 ] || { echo "usage: research.sh COMMAND..." >&2; exit 2; }
  export LINECLEAR_PROPOSAL=handle
  exec "$LINECLEAR" consume --group research --types memory.written -- "$0" "$@"
fi

# As the handler: the event is on stdin.
event=$(cat)
[ "$(printf %s "$event" | jq -r .data.domain)" = proposals ] || exit 0
note=$(printf %s "$event" | jq -r .data.note_id)
name=$(printf %s "$event" | jq -r .data.slug)

proposal=$("$LINECLEAR" memory get "$note" --json < /dev/null | jq -r .body) || exit 1
findings=$(printf '%s\n' "$proposal" | "$@" 2>&1)
if [ $? -eq 0 ]; then outcome=worthwhile; else outcome=rejected; fi

printf '# %s: %s\n\nProposal: proposals/%s\n\n%s\n' "$name" "$outcome" "$name" "$findings" |
  "$LINECLEAR" memory write "outcomes/$name" - --tag "$outcome" --agent researcher > /dev/null &&
  "$LINECLEAR" context set researcher "last=$name" "outcome=$outcome" --agent researcher < /dev/null > /dev/null
