# The database: the one of DATABASE_URL, or an own PostgreSQL with PostGIS under var/.
#
# The own cluster listens on a Unix socket only, in a folder that its owner and root alone may
# enter, and runs as an unprivileged user even when the scripts run as root.

PG_MIN=15
POSTGIS_MIN=3.3
DB_NAME=diming
DB_USER=diming
EMBEDDED=1
[[ -n ${DATABASE_URL:-} ]] && EMBEDDED=0

at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1) == "$2" ]]; }

# --- where the server's programs are -----------------------------------------------------------

bin_folders() {
  if [[ -n ${DIMING_PG_BIN:-} ]]; then
    printf '%s\n' "$DIMING_PG_BIN"
    return
  fi
  {
    printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin
  } | sort -rV
  pg_config --bindir 2>/dev/null || true
}

pg_major() { "$1/postgres" --version 2>/dev/null | grep -oE '[0-9]+' | head -n1; }

postgis_version() {
  local share control
  share=$("$1/pg_config" --sharedir 2>/dev/null) || share=/usr/share/postgresql/$(pg_major "$1")
  control=$share/extension/postgis.control
  [[ -f $control ]] && sed -n "s/^default_version *= *'\([0-9.]*\).*/\1/p" "$control"
}

# find_server [MAJOR]: the newest server new enough that has PostGIS, or that very version.
find_server() {
  local folder major gis
  while read -r folder; do
    [[ -x $folder/postgres && -x $folder/initdb && -x $folder/pg_ctl ]] || continue
    major=$(pg_major "$folder")
    [[ -z ${1:-} || $major == "$1" ]] || continue
    gis=$(postgis_version "$folder") || continue
    if ((major >= PG_MIN)) && at_least "${gis:-0}" "$POSTGIS_MIN"; then
      printf '%s\n' "$folder"
      return
    fi
  done < <(bin_folders)
  return 1
}

no_server_message() {
  printf '%s' "PostgreSQL $PG_MIN or newer with PostGIS $POSTGIS_MIN or newer was not found: install the packages " \
    "postgresql-NN and postgresql-NN-postgis-3 (NN = 15 on Debian 12, 17 on Debian 13, 16 on Ubuntu 24.04), " \
    "or set DATABASE_URL to a server that has them, or run all in containers with “docker compose up” (compose.yaml)."
}

install_server() {
  local newest common=/etc/postgresql-common/createcluster.d
  [[ -z ${DIMING_PG_BIN:-} ]] && can_install || die "$(no_server_message)"
  apt_refresh
  newest=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
    sed 's/^postgresql-\([0-9]*\)-.*/\1/' | sort -n | tail -n1)
  ((${newest:-0} >= PG_MIN)) || die "$(no_server_message)"
  # Debian would start a cluster of its own with the server: not wanted here.
  apt_install postgresql-common
  as_root mkdir -p -- "$common"
  printf 'create_main_cluster = false\n' | as_root tee "$common/diming.conf" >/dev/null
  apt_install "postgresql-$newest" "postgresql-$newest-postgis-3" || {
    as_root rm -f -- "$common/diming.conf"
    return 1
  }
  as_root rm -f -- "$common/diming.conf"
}

# --- whose cluster, and where -------------------------------------------------------------------

# locate_cluster: sets CLUSTER (its folder), PG_USER (who runs it), SOCKETS and DATABASE_URL.
locate_cluster() {
  CLUSTER=$VAR/postgres
  PG_USER=$(id -un)
  if ((EUID == 0)); then
    PG_USER=$(getent passwd postgres >/dev/null && echo postgres || echo nobody)
    local elsewhere
    elsewhere=/var/lib/diming/$(short_hash "$VAR")
    if [[ -d $elsewhere ]]; then
      CLUSTER=$elsewhere
    elif [[ -d $CLUSTER ]]; then
      # A cluster made by the person who owns the clone stays theirs.
      PG_USER=$(stat -c %U -- "$CLUSTER")
      [[ $PG_USER != root ]] || PG_USER=postgres
    elif ! as_pg_user test -x "$VAR"; then
      CLUSTER=$elsewhere
    fi
  elif [[ -d $CLUSTER && ! -O $CLUSTER ]]; then
    die "The database in $CLUSTER belongs to $(stat -c %U -- "$CLUSTER"): run this as that user or as root."
  fi
  DATA=$CLUSTER/data
  SOCKETS=/tmp/diming-$(short_hash "$CLUSTER")
  if ((EMBEDDED)); then
    DATABASE_URL="postgis://$DB_USER@${SOCKETS//\//%2F}/$DB_NAME"
    export DATABASE_URL
  fi
}

# The cluster's user sees nothing of our environment and stands where it may be.
as_pg_user() {
  local clean=(env -i "PATH=${PATH:-/usr/bin:/bin}" LANG=C.UTF-8 HOME=/ TZ=UTC)
  if ((EUID == 0)) && [[ $PG_USER != root ]]; then
    (cd / && setpriv --reuid="$PG_USER" --regid="$(id -gn "$PG_USER")" --init-groups "${clean[@]}" "$@")
  else
    (cd / && "${clean[@]}" "$@")
  fi
}

server_of_cluster() {
  local major=""
  [[ -f $DATA/PG_VERSION ]] && major=$(<"$DATA/PG_VERSION")
  BIN=$(find_server "$major") && return
  [[ -z $major ]] || die "The database in $DATA was made by PostgreSQL $major, which is not installed any more: install postgresql-$major and postgresql-$major-postgis-3."
  install_server
  locate_cluster # the packages bring the user postgres
  BIN=$(find_server) || die "$(no_server_message)"
}

# --- its life -----------------------------------------------------------------------------------

# Processes of this very cluster, also those that outlived a killed postmaster: all stand in DATA.
cluster_processes() {
  find /proc -maxdepth 2 -path '/proc/[0-9]*/cwd' -printf '%h %l\n' 2>/dev/null |
    while read -r process folder; do
      [[ $folder != "$DATA" ]] || basename -- "$process"
    done
}

postmaster_pid() { head -n1 -- "$DATA/postmaster.pid" 2>/dev/null || true; }

postmaster_alive() {
  local pid
  pid=$(postmaster_pid)
  [[ -n $pid && $(readlink -- "/proc/$pid/cwd" 2>/dev/null) == "$DATA" ]]
}

database_answers() { as_pg_user "$BIN/pg_isready" --quiet --host="$SOCKETS" --timeout=3; }

make_folders() {
  mkdir -p -- "$CLUSTER"
  if ((EUID == 0)); then
    [[ $CLUSTER != /var/lib/diming/* ]] || chmod 755 /var/lib/diming
    chown "$PG_USER:" -- "$CLUSTER"
  fi
  chmod 700 -- "$CLUSTER"
}

# A folder in /tmp that somebody else made first would let them pose as the database.
make_socket_folder() {
  local owner
  if ! as_pg_user mkdir -m 700 -- "$SOCKETS" 2>/dev/null; then
    owner=$(stat -c %U -- "$SOCKETS" 2>/dev/null || echo nobody)
    [[ -d $SOCKETS && ! -L $SOCKETS && $owner == "$PG_USER" ]] ||
      die "The folder $SOCKETS belongs to $owner, not to $PG_USER, who runs the database: remove it."
  fi
  as_pg_user chmod 700 -- "$SOCKETS"
}

# Made aside and moved into place whole, so that an interrupted set-up leaves nothing half.
create_cluster() {
  local fresh=$CLUSTER/data.new
  as_pg_user rm -rf -- "$fresh"
  as_pg_user "$BIN/initdb" --pgdata="$fresh" --username="$DB_USER" --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=trust --auth-host=reject --data-checksums --no-instructions
  printf "include 'diming.conf'\n" | as_pg_user tee -a "$fresh/postgresql.conf" >/dev/null
  cluster_settings | as_pg_user tee "$fresh/diming.conf" >/dev/null
  as_pg_user mv -- "$fresh" "$DATA"
}

# For an office machine: an eighth of the memory for the server, never more than 1 GB.
cluster_settings() {
  local memory shared
  memory=$(awk '/MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  shared=$((memory / 8 < 128 ? 128 : memory / 8 > 1024 ? 1024 : memory / 8))
  cat <<SETTINGS
# Written by script/database at every start.
listen_addresses = ''
unix_socket_directories = '$SOCKETS'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = ${shared}MB
effective_cache_size = $((memory / 2))MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
fsync = on
full_page_writes = on
synchronous_commit = on
log_min_duration_statement = 2s
log_line_prefix = '%m [%p] %q%d '
SETTINGS
}

# What a kill -9 or a power cut left: wait for orphans to notice, then clear what is stale.
clear_remains() {
  local waited=0
  while [[ -n $(cluster_processes) ]] && ! postmaster_alive; do
    if ((waited++ > 100)); then
      # shellcheck disable=SC2046
      kill -QUIT $(cluster_processes) 2>/dev/null || true
      waited=0
    fi
    sleep 0.1
  done
  # Nobody stands in DATA now, so whichever process bears the noted number is another one.
  as_pg_user rm -f -- "$DATA/postmaster.pid" "$SOCKETS/.s.PGSQL.5432.lock" "$SOCKETS/.s.PGSQL.5432"
}

start_cluster() {
  make_folders
  make_socket_folder
  [[ -d $DATA ]] || create_cluster
  if postmaster_alive; then
    # Alive but not heard: still starting, or its socket was swept out of /tmp.
    for _ in $(seq 50); do
      database_answers && return
      [[ $(sed -n 8p -- "$DATA/postmaster.pid") == ready* && ! -S $SOCKETS/.s.PGSQL.5432 ]] && break
      sleep 0.2
    done
    as_pg_user "$BIN/pg_ctl" --pgdata="$DATA" --mode=fast --timeout=60 stop
  fi
  clear_remains
  cluster_settings | as_pg_user tee "$DATA/diming.conf" >/dev/null
  rotate_log
  # The server outlives this script: it must hold neither its lock nor its output.
  as_pg_user "$BIN/pg_ctl" --pgdata="$DATA" --log="$CLUSTER/server.log" --wait --timeout=120 start \
    </dev/null >/dev/null 2>&1 3>&- 9>&- || {
    as_pg_user tail -n 5 -- "$CLUSTER/server.log" >&2
    return 1
  }
}

rotate_log() {
  local size
  size=$(as_pg_user stat -c %s -- "$CLUSTER/server.log" 2>/dev/null || echo 0)
  ((size < 10000000)) || as_pg_user mv -- "$CLUSTER/server.log" "$CLUSTER/server.log.1"
}

create_database() {
  local psql=("$BIN/psql" --host="$SOCKETS" --username="$DB_USER" --no-psqlrc --quiet --tuples-only)
  local there
  there=$(as_pg_user "${psql[@]}" --dbname=postgres --command="SELECT 1 FROM pg_database WHERE datname = '$DB_NAME'")
  [[ -n $there ]] ||
    as_pg_user "${psql[@]}" --dbname=postgres --command="CREATE DATABASE $DB_NAME"
}

# start_database: whichever database it is, it answers afterwards or one sentence says why not.
start_database() {
  if ((!EMBEDDED)); then
    local fault
    fault=$("$VENV/bin/python" "$ROOT/script/lib/check_database.py") || die "$fault"
    return
  fi
  server_of_cluster
  if postmaster_alive && database_answers && [[ -f $CLUSTER/ready ]]; then return; fi
  start_cluster
  create_database
  as_pg_user touch "$CLUSTER/ready"
}

stop_database() {
  server_of_cluster
  if ! postmaster_alive; then
    say "The database is not running."
    return
  fi
  as_pg_user "$BIN/pg_ctl" --pgdata="$DATA" --mode=fast --wait --timeout=60 stop >/dev/null
}
