# shellcheck shell=bash disable=SC2034
# What deploy/up and deploy/down share: where a market's files lie, and the server that runs on them. To be sourced.

default_data=${AYNI_DATA:-${XDG_DATA_HOME:-${HOME:?}/.local/share}/ayni}
program=$(basename "$0")

say() { echo "$program: $*"; }
fail() { echo "deploy/$program: $*" >&2; exit 1; }

set_data() {
  data=$(realpath -m -- "$1")
  pid_file=$data/aynid.pid
  address_file=$data/aynid.address
  token_file=$data/administrator.token
  log_file=$data/aynid.log
}

server_pid() { cat "$pid_file" 2>/dev/null; }

# Whether the process of the pid file still is the server of this data folder; pids are used again.
server_runs() {
  local pid
  pid=$(server_pid) && [ -n "$pid" ] || return 1
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = aynid ] &&
    tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qxF -- "$data"
}

# Drains and stops it. REQUIRES: server_runs.
stop_server() {
  local pid tenths=0
  pid=$(server_pid)
  kill -TERM "$pid"
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    tenths=$((tenths + 1))
    [ "$tenths" -lt 300 ] || fail "aynid, process $pid, does not stop (log: $log_file)"
  done
  rm -f "$pid_file" "$address_file"
}

# grpc or metrics: an address that the server wrote when it was ready.
address_of() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$address_file"; }
