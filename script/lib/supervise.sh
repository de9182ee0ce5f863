# The server and the job worker side by side: both end with this script, one that dies comes back.

SERVER=0
WORKER=0
READY=0
declare -A BEGAN=() QUICK=()
ADDRESS=$HOST:$PORT
[[ $HOST != *:* ]] || ADDRESS="[$HOST]:$PORT"

# A child must not outlive this script, even when the script itself is killed.
with_parent() { exec setpriv --pdeathsig TERM setsid "$@" 3>&- 9>&- </dev/null; }

# The processes of a server that was killed would go on answering without it.
end_rest_of_server() { ((!SERVER)) || kill -KILL -- "-$SERVER" 2>/dev/null || true; }

start_server() {
  end_rest_of_server
  with_parent "$VENV/bin/python" -m config.serve "$HOST" "$PORT" &
  SERVER=$!
}

start_worker() {
  with_parent "$VENV/bin/python" manage.py work &
  WORKER=$!
}

stop_all() {
  trap '' INT TERM
  say ""
  say "Stopping …"
  kill -TERM "$SERVER" "$WORKER" 2>/dev/null || true
  for _ in $(seq 120); do
    kill -0 "$SERVER" 2>/dev/null || kill -0 "$WORKER" 2>/dev/null || break
    sleep 0.1
  done
  kill -KILL "$SERVER" "$WORKER" 2>/dev/null || true
  end_rest_of_server
  wait "$SERVER" "$WORKER" 2>/dev/null || true
  ((!EMBEDDED)) || say "Stopped. The database keeps running: script/database stop ends it."
  exit "$1"
}

# One that ends ten times in a row soon after its start will not come back by being started again.
note_death() {
  local what=$1 began=${BEGAN[$1]:-0}
  if ((SECONDS - began < 10)); then
    QUICK[$what]=$((${QUICK[$what]:-0} + 1))
  else
    QUICK[$what]=1
  fi
  if ((!READY || ${QUICK[$what]} > 10)); then
    say "error: $what keeps ending: the reason is printed above."
    stop_all 1
  fi
  BEGAN[$what]=$SECONDS
  say "$what ended unexpectedly and is started again."
}

server_answers() { (exec 4<>"/dev/tcp/$HOST/$PORT") 2>/dev/null; }

wait_for_server() {
  for _ in $(seq 300); do
    kill -0 "$SERVER" 2>/dev/null || note_death "The server"
    ! server_answers || break
    sleep 0.2
  done
  READY=1
  say ""
  say "Diming is at http://$ADDRESS/ (ready after $SECONDS s). Ctrl-C stops it."
}

supervise() {
  trap 'stop_all 0' INT TERM
  start_server
  start_worker
  wait_for_server
  while true; do
    # In the background, so that a signal does not wait for the end of the pause.
    sleep 2 &
    wait $! || true
    if ((EMBEDDED)) && ! postmaster_alive; then
      note_death "The database"
      start_database || true
    fi
    if ! kill -0 "$SERVER" 2>/dev/null; then
      note_death "The server"
      start_server
    fi
    if ! kill -0 "$WORKER" 2>/dev/null; then
      note_death "The job worker"
      start_worker
    fi
  done
}
