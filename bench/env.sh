# Sourced by the scripts beside it. Goes to the repository's root.
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. config/find-jdk.sh
find_jdk

# build [Maven's options …]
build() {
  local log=target/bench-build.log
  need_maven
  mkdir -p target
  if ! mvn -B -q -pl bench -am -DskipTests -Dspotless.check.skip "$@" package </dev/null >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "The build failed; all of it is in $log" >&2
    return 1
  fi
}

# The commit of the sources, with a mark where files differ from it; nothing outside a repository.
commit() { git describe --always --dirty --abbrev=40 --exclude='*' 2>/dev/null || true; }

# What every JVM of the benchmarks gets, a line each.
java_options() {
  # JMH counts with Unsafe, which newer releases warn of and older ones do not let us mention
  if [ "$(jdk_release "$MODELLEDGER_JDK")" -ge 24 ]; then
    echo --sun-misc-unsafe-memory-access=allow
  fi
  # ONNX Runtime 1.29.0 crashes in a process whose command line has some 4,000 bytes or more; so the class path is not in it, in JMH's forks neither
  printf '%s\n' -Djmh.separateClasspathJAR=true -Dfile.encoding=UTF-8 --enable-native-access=ALL-UNNAMED
}

# Becomes a main class, where the caller stands, with $heap of memory, 4g if not set. The work of the benchmarks and PyTorch's unpacked library lie
# in bench/target: /tmp is memory on many machines, where a sync costs nothing.
launch() {
  local bench=$PWD/bench/target chaincode=$PWD/chain-fabric/chaincode/target options
  local classes=$bench/classes:$(<"$bench/classpath.txt")
  mkdir -p "$bench/work"
  mapfile -t options < <(java_options)
  export OMP_NUM_THREADS=1 TF_CPP_MIN_LOG_LEVEL=2 DJL_CACHE_DIR=$bench/djl CLASSPATH=$classes
  cd "$caller"
  exec "$MODELLEDGER_JDK/bin/java" "${options[@]}" -Xmx"${heap:-4g}" -Djava.io.tmpdir="$bench/work" \
    -Dmodelledger.chaincode="$chaincode" -Dmodelledger.suites="$bench/suites" "$@"
}
