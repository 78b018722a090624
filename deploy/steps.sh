# shellcheck shell=bash
# What the scripts share: they say what they do, go one at a time, and show that a long step goes on. To be sourced.

program=$(basename "$0")

say() { echo "$program: $*"; }
fail() { echo "deploy/$program: $*" >&2; exit 1; }

# Waits until no other script installs or builds here; ends with this process. Holds descriptor 8, which a program that
# stays must not inherit.
take_turn() {
  exec 8<deploy
  local seconds=0
  until flock -w 5 8; do
    seconds=$((seconds + 5))
    say "waiting for another deploy/bootstrap or deploy/build, $seconds s"
  done
}

# Runs a command that shows its progress on a terminal only; elsewhere says every five seconds that it goes on.
#   while_telling WHAT COMMAND...
while_telling() {
  local what=$1 code=0
  shift
  if [ -t 2 ]; then
    "$@"
    return
  fi
  # Stops with this script, however that ends; and no sleep may hold a pipe or a lock open.
  (
    seconds=0
    while sleep 5 >/dev/null 2>&1 8<&- 9<&- && kill -0 $$ 2>/dev/null; do
      seconds=$((seconds + 5))
      say "$what, $seconds s"
    done
  ) 8<&- 9<&- &
  local teller=$!
  "$@" || code=$?
  kill "$teller" 2>/dev/null || true
  wait "$teller" 2>/dev/null || true
  return "$code"
}
