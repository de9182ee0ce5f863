# What script/setup does, step by step; the other scripts call it too.

. "$(dirname -- "${BASH_SOURCE[0]}")/common.sh"
. "$ROOT/script/lib/python.sh"
. "$ROOT/script/lib/node.sh"
. "$ROOT/script/lib/database.sh"

export DIMING_ENV=${DIMING_ENV:-development}
export PYTHONUNBUFFERED=1

django() { (cd -- "$ROOT" && "$VENV/bin/python" manage.py "$@"); }

translations_done() {
  local source
  while read -r source; do
    [[ ${source%.po}.mo -nt $source ]] || return 1
  done < <(find "$ROOT/locale" -name '*.po')
}

# Changes with every migration file and every new database.
schema_stamp() {
  (cd -- "$ROOT" && cat ./*/migrations/*.py requirements.txt && printf '%s' "$DATABASE_URL") |
    sha256sum | cut -c1-16
}

# A given database may change behind our back; the own one is as we left it.
schema_done() {
  ((EMBEDDED)) && [[ -f $CLUSTER/schema && $(<"$CLUSTER/schema") == "$(schema_stamp)" ]]
}

migrate_database() {
  django migrate --no-input
  if ((EMBEDDED)); then schema_stamp | as_pg_user tee "$CLUSTER/schema" >/dev/null; fi
}

# A given database may change behind our back here too.
reference_done() {
  ((EMBEDDED)) && [[ -f $CLUSTER/reference && $(<"$CLUSTER/reference") == "$(reference_stamp)" ]]
}

reference_stamp() { (cd -- "$ROOT" && digest fixtures/reference/*.json "$CLUSTER/schema"); }

# Rules, targets and sources as this version has them; rows that were changed here are told.
load_reference() {
  django load_reference --commit >&3
  if ((EMBEDDED)); then reference_stamp | as_pg_user tee "$CLUSTER/reference" >/dev/null; fi
}

say_where() {
  ((EMBEDDED)) || return 0
  [[ $CLUSTER == "$VAR"/* ]] ||
    say "  The database's user $PG_USER may not enter $VAR: the data are in $CLUSTER."
}

# setup_all run|dev: everything a process of the application needs; quick when nothing is left.
setup_all() {
  local kind=$1
  lock_setup
  if ! packages_done "$kind"; then
    step "Python" check_python
    step "Python packages" install_packages "$kind"
  fi
  front_end_done "$kind" || step "Libraries for pages, open data" install_front_end "$kind"
  vendor_done "$kind" || step "Copying libraries for pages" copy_vendor
  locate_cluster
  setup_database
  translations_done || step "Translations" django compile_translations
  unlock_setup
}

# Only the own one: whether a given database answers is asked every time, with a reason if not.
database_runs() {
  ((EMBEDDED)) && [[ -f $CLUSTER/ready && -f $DATA/PG_VERSION ]] || return 1
  BIN=$(find_server "$(<"$DATA/PG_VERSION")") && postmaster_alive && database_answers
}

setup_database() {
  if ((EMBEDDED)) && ! find_server >/dev/null; then
    step "PostgreSQL and PostGIS" server_of_cluster
    locate_cluster
  fi
  if ! database_runs; then
    step "Database" start_database
    say_where
  fi
  schema_done || step "Tables" migrate_database
  reference_done || load_reference
}
