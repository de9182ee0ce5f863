# Shared by every script: where things are, one line per step, one sentence per fault.
# Sourced with `set -euo pipefail` on.

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
VAR=${DIMING_VAR:-$ROOT/var}
mkdir -p -- "$VAR"
VAR=$(cd -- "$VAR" && pwd -P)
VENV=$ROOT/.venv
LOG=$VAR/log/setup.log
mkdir -p -- "$VAR/log"
touch -- "$LOG"
export DIMING_VAR=$VAR

# Everything people should see goes to 3, so that it also comes out of a step being logged.
exec 3>&2

say() { printf '%s\n' "$*" >&3; }

die() {
  [[ -z ${IN_STEP:-} ]] || printf 'failed\n' >&3
  printf 'error: %s\n' "$*" >&3
  exit 70
}

# step LABEL FUNCTION [ARGUMENT…]: run quietly, one line with the seconds it took.
step() {
  local label=$1 began=$SECONDS status=0 marker
  shift
  printf '  %-34s' "$label" >&3
  marker=$(wc -c <"$LOG")
  printf '== %s\n' "$label" >>"$LOG"
  set +e
  (
    set -e
    IN_STEP=1
    exec >>"$LOG" 2>&1 </dev/null
    "$@"
  )
  status=$?
  set -e
  if ((status == 0)); then
    printf '%4d s\n' $((SECONDS - began)) >&3
    return
  fi
  if ((status != 70)); then
    printf 'failed\n' >&3
    tail -c "+$((marker + 1))" "$LOG" | grep -v '^WARNING' | tail -n 15 | sed 's/^/    /' >&3
    printf 'error: “%s” failed; the whole record is in %s\n' "$label" "$LOG" >&3
  fi
  exit 1
}

digest() { cat -- "$@" | sha256sum | cut -c1-16; }

short_hash() { printf '%s' "$1" | sha256sum | cut -c1-8; }

# Only one set-up at a time works on a clone; the next one finds everything done.
lock_setup() {
  exec 9>"$VAR/setup.lock"
  if ! flock --nonblock 9; then
    say "  waiting for another set-up of this clone …"
    flock 9
  fi
}

unlock_setup() { exec 9>&-; }

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    sudo --non-interactive "$@"
  fi
}

can_install() {
  command -v apt-get >/dev/null || return 1
  ((EUID == 0)) || sudo --non-interactive true 2>/dev/null
}

# apt_install PACKAGE…: from the machine's own Debian or Ubuntu archive, asking nothing.
apt_install() {
  local options=(-y --no-install-recommends -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300)
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install "${options[@]}" "$@"
}

apt_refresh() { as_root apt-get update -o DPkg::Lock::Timeout=300; }
