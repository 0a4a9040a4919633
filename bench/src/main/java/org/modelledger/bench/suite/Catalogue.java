package org.modelledger.bench.suite;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The benchmarks on the class path, with what they say of themselves.
 *
 * @param methods in the order of their classes and names, raw ones first within a class
 */
record Catalogue(List<Measured> methods) {
  /**
   * One benchmark in one mode.
   *
   * @param name class and method
   * @param mode what is measured unless something else is asked for
   * @param params the values of each parameter
   * @param partOf what its class says
   * @param peer what it is compared with; empty if it is raw itself
   */
  record Measured(String name, Mode mode, Map<String, List<String>> params, PartOf partOf,
      Optional<Peer> peer) {
    String type() {
      return name.substring(0, name.lastIndexOf('.'));
    }

    String method() {
      return name.substring(name.lastIndexOf('.') + 1);
    }

    boolean isRaw() {
      return Catalogue.isRaw(name);
    }
  }

  Catalogue {
    methods = List.copyOf(methods);
  }

  /** Says whether a benchmark is one that others are compared with. */
  static boolean isRaw(String name) {
    return name.startsWith("raw", name.lastIndexOf('.') + 1);
  }

  /**
   * Finds them all.
   *
   * @throws IllegalStateException if one says too little of itself, or something that is not so
   */
  static Catalogue read() {
    List<Measured> methods = new ArrayList<>();
    for (BenchmarkListEntry entry : BenchmarkList.defaultList()
        .getAll(OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
            new ArrayList<>())) {
      methods.add(measured(entry));
    }
    methods.sort(Comparator.comparing(Measured::type)
        .thenComparing(method -> !method.isRaw())
        .thenComparing(Measured::name)
        .thenComparing(Measured::mode));
    methods.forEach(method -> checkPeer(method, methods));
    return new Catalogue(methods);
  }

  /** Returns the peers by the benchmarks that are compared with them. */
  Map<String, Report.PeerName> peers(Suite suite) {
    Map<String, Report.PeerName> peers = new TreeMap<>();
    for (Measured method : methods) {
      if (method.partOf.value() == suite && method.peer.isPresent()) {
        Peer peer = method.peer.get();
        peers.put(method.name, new Report.PeerName(method.type() + "." + peer.value(),
            new TreeMap<>(fixed(peer))));
      }
    }
    return peers;
  }

  /** Returns the parameters of the x-axes by the classes that have one. */
  Map<String, String> sweeps(Suite suite) {
    Map<String, String> sweeps = new TreeMap<>();
    for (Measured method : methods) {
      if (method.partOf.value() == suite && !method.partOf.sweep().isEmpty()) {
        sweeps.put(method.type(), method.partOf.sweep());
      }
    }
    return sweeps;
  }

  private static Measured measured(BenchmarkListEntry entry) {
    String name = entry.getUsername();
    String method = name.substring(name.lastIndexOf('.') + 1);
    try {
      Class<?> type = Class.forName(entry.getUserClassQName());
      PartOf partOf = type.getAnnotation(PartOf.class);
      if (partOf == null) {
        throw new IllegalStateException(type.getName() + " is part of no suite; expected @PartOf");
      }
      Optional<Peer> peer = Arrays.stream(type.getMethods())
          .filter(each -> each.getName().equals(method))
          .map(Catalogue::peer)
          .flatMap(Optional::stream)
          .findAny();
      Map<String, List<String>> params = new TreeMap<>(); // JMH has them in no order
      if (entry.getParams().hasValue()) {
        entry.getParams().get().forEach((key, values) -> params.put(key, List.of(values)));
      }
      return new Measured(name, entry.getMode(), params, partOf, peer);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the benchmark " + name + " has no class", e);
    }
  }

  private static Optional<Peer> peer(Method method) {
    return Optional.ofNullable(method.getAnnotation(Peer.class));
  }

  private static void checkPeer(Measured ours, List<Measured> all) {
    if (ours.isRaw()) {
      if (ours.peer.isPresent()) {
        throw new IllegalStateException(ours.name + " is raw and yet has a peer");
      }
      return;
    }
    Peer peer = ours.peer.orElseThrow(() -> new IllegalStateException(
        ours.name + " has no peer; expected @Peer and a raw method of its class"));
    Measured raw = all.stream()
        .filter(Measured::isRaw)
        .filter(each -> each.name.equals(ours.type() + "." + peer.value()))
        .findAny()
        .orElseThrow(() -> new IllegalStateException(ours.name + " is compared with '"
            + peer.value() + "', which is no raw method of its class"));
    Map<String, String> fixed = fixed(peer);
    raw.params.forEach((name, values) -> {
      if (!ours.params.containsKey(name) && values.size() > 1 && !fixed.containsKey(name)) {
        throw new IllegalStateException(ours.name + " does not say with which '" + name + "' of "
            + values + " its peer is meant; expected params = \"" + name + "=…\" in @Peer");
      }
    });
  }

  private static Map<String, String> fixed(Peer peer) {
    Map<String, String> fixed = new LinkedHashMap<>();
    for (String each : peer.params()) {
      int equals = each.indexOf('=');
      fixed.put(each.substring(0, equals), each.substring(equals + 1));
    }
    return fixed;
  }
}
