# shellcheck shell=bash
# Sourced by ./quickstart and ./verify. Sets MODELLEDGER_JDK to the home of the newest JDK of release 21 or
# newer found in JAVA_HOME, on the PATH and where the systems' packages put them; complains if there is none.

# The release of the JDK in the directory $1 as one number, 0 where there is no compiler.
jdk_release() {
  local line
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || { echo 0; return; }
  line=$(grep -m1 '^JAVA_VERSION=' "$1/release" 2>/dev/null) || line=$("$1/bin/javac" -version 2>&1) || line=
  line=$(printf '%s' "$line" | sed -E 's/^[^0-9]*([0-9]+).*$/\1/')
  case $line in '' | *[!0-9]*) echo 0 ;; *) echo "$line" ;; esac
}

find_jdk() {
  local home release best=0 onpath=
  MODELLEDGER_JDK=
  if command -v javac >/dev/null 2>&1; then
    onpath=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
  fi
  for home in "${JAVA_HOME:-}" "$onpath" /usr/lib/jvm/* /usr/java/* /opt/java/* \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$home" ] && [ -d "$home" ] || continue
    release=$(jdk_release "$home")
    if [ "$release" -ge 21 ] && [ "$release" -gt "$best" ]; then
      best=$release
      MODELLEDGER_JDK=$home
    fi
  done
  if [ -z "$MODELLEDGER_JDK" ]; then
    echo "ModelLedger needs a JDK of release 21 or newer (a compiler, not a runtime alone)." >&2
    echo "Looked at JAVA_HOME (${JAVA_HOME:-not set}), the PATH, /usr/lib/jvm and the like. Install one, or set JAVA_HOME to it." >&2
    return 1
  fi
}

# Maven's own JVM may be older than the JDK above, but not older than 17.
need_maven() {
  if ! command -v mvn >/dev/null 2>&1; then
    echo "ModelLedger needs Maven 3.8 or newer on the PATH." >&2
    return 1
  fi
}
