# shellcheck shell=bash disable=SC2034,SC2154
# What deploy/up and deploy/down share: where a market's files lie, and the server that runs on them. To be sourced after
# steps.sh, with `caller` the folder that the script was called from.

default_data=${AYNI_DATA:-}
if [ -z "$default_data" ]; then
  data_home=${XDG_DATA_HOME:-${HOME:+$HOME/.local/share}}
  default_data=${data_home:+$data_home/ayni}
fi

# A folder that is not absolute is the caller's. Empty: the default.
set_data() {
  local folder=${1:-$default_data}
  [ -n "$folder" ] || fail "HOME is not set: say with --data DIR where the market is"
  [[ $folder == /* ]] || folder=$caller/$folder
  data=$(realpath -m -- "$folder")
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
    [ $((tenths % 50)) -ne 0 ] || say "waiting for aynid to stop, $((tenths / 10)) s"
    [ "$tenths" -lt 300 ] || fail "aynid, process $pid, does not stop (log: $log_file)"
  done
  rm -f "$pid_file" "$address_file"
}

# grpc or metrics: an address that the server wrote when it was ready.
address_of() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$address_file"; }
