package org.modelledger.tlog;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.modelledger.tlog.WitnessPolicy.Group;

/** Reads the lines of c2sp.org/tlog-policy in their order. */
final class PolicyParser {

  private static final int MAX_BYTES = 1 << 20;

  private final List<NoteVerifier> logs = new ArrayList<>();
  private final Map<String, KnownWitness> witnesses = new LinkedHashMap<>();
  private final List<Group> groups = new ArrayList<>();
  private final Set<String> defined = new HashSet<>();
  private final Set<String> members = new HashSet<>();
  private @Nullable String quorum;
  private int line;

  private PolicyParser() {}

  static WitnessPolicy parse(byte[] bytes) {
    return new PolicyParser().read(bytes);
  }

  private WitnessPolicy read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw new IllegalArgumentException(
          "policy has " + bytes.length + " bytes, wanted at most " + MAX_BYTES);
    }
    // Names are opaque octets, also those that are no UTF-8: here each octet is a character.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new IllegalArgumentException(
          "policy does not end in a newline: its last line may be cut short");
    }
    for (String content : text.split("\n", -1)) {
      line++;
      if (!content.chars().allMatch(c -> c == '\t' || c >= 0x20 && c != 0x7f)) {
        throw failure("has a control character other than a tab in it");
      }
      List<String> items = new ArrayList<>();
      new StringTokenizer(content, " \t").asIterator().forEachRemaining(i -> items.add((String) i));
      if (!items.isEmpty() && !items.getFirst().startsWith("#")) {
        define(items);
      }
    }
    String name = quorum;
    if (name == null) {
      throw new IllegalArgumentException("policy has no quorum line");
    }
    return new WitnessPolicy(logs, witnesses, groups, name);
  }

  private void define(List<String> items) {
    switch (items.getFirst()) {
      case "log" -> log(items);
      case "witness" -> witness(items);
      case "group" -> group(items);
      case "quorum" -> quorum(items);
      default -> throw failure("begins with " + show(items.getFirst())
          + ", wanted log, witness, group, quorum or #");
    }
  }

  private void log(List<String> items) {
    requireItems(items, 2, 3, "log <vkey> [<url>]");
    NoteVerifier log = key(items.get(1), NoteVerifier::parse);
    if (logs.stream().anyMatch(other -> other.key().isSameKey(log.key()))) {
      throw failure("has the public key of an earlier log");
    }
    logs.add(log);
  }

  private void witness(List<String> items) {
    requireItems(items, 3, 4, "witness <name> <vkey> [<url>]");
    CosignatureVerifier key = key(items.get(2), CosignatureVerifier::parse);
    if (witnesses.values().stream().anyMatch(other -> other.key().key().isSameKey(key.key()))) {
      throw failure("has the public key of an earlier witness");
    }
    Optional<URI> url = items.size() == 4 ? Optional.of(url(items.get(3))) : Optional.empty();
    String id = newName(items.get(1));
    witnesses.put(id, new KnownWitness(readable(id), key, url));
  }

  private void group(List<String> items) {
    requireItems(items, 4, Integer.MAX_VALUE, "group <name> all|any|<k> <name>...");
    List<String> names = items.subList(3, items.size());
    for (String name : names) {
      if (!defined.contains(name)) {
        throw failure("has the member " + show(name) + ", which no line before it defines");
      }
      if (!members.add(name)) {
        throw failure("has the member " + show(name) + ", which is a member already");
      }
    }
    int threshold = switch (items.get(2)) {
      case "all" -> names.size();
      case "any" -> 1;
      default -> Text.number(items.get(2))
          .filter(k -> k >= 1 && k <= names.size())
          .orElseThrow(() -> failure("has the threshold " + show(items.get(2))
              + ", wanted all, any or a number from 1 to " + names.size()))
          .intValue();
    };
    String id = newName(items.get(1));
    groups.add(new Group(id, readable(id), threshold, List.copyOf(names)));
  }

  private void quorum(List<String> items) {
    requireItems(items, 2, 2, "quorum <name>");
    if (quorum != null) {
      throw failure("is a second quorum line");
    }
    String name = items.get(1);
    if (!name.equals(WitnessPolicy.NONE) && !defined.contains(name)) {
      throw failure("names " + show(name) + ", which no line before it defines");
    }
    quorum = name;
  }

  private String newName(String name) {
    if (name.equals(WitnessPolicy.NONE)) {
      throw failure("defines 'none', which has its meaning already");
    }
    if (!defined.add(name)) {
      throw failure("defines " + show(name) + " a second time");
    }
    return name;
  }

  private void requireItems(List<String> items, int least, int most, String form) {
    if (items.size() < least || items.size() > most) {
      throw failure("is not of the form '" + form + "'");
    }
  }

  private <K> K key(String octets, Function<String, K> parse) {
    String vkey = utf8(octets).orElseThrow(() -> failure("has a key that is not UTF-8"));
    try {
      return parse.apply(vkey);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("policy line " + line + ": " + e.getMessage(), e);
    }
  }

  private URI url(String octets) {
    try {
      return new URI(utf8(octets).orElseThrow(() -> failure("has a URL that is not UTF-8")));
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(
          "policy line " + line + " has " + show(octets) + ", which is no URL", e);
    }
  }

  private static Optional<String> utf8(String octets) {
    return Text.utf8(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String readable(String octets) {
    return utf8(octets).orElse(octets);
  }

  private static String show(String octets) {
    return Text.quote(readable(octets));
  }

  private IllegalArgumentException failure(String what) {
    return new IllegalArgumentException("policy line " + line + " " + what);
  }
}
