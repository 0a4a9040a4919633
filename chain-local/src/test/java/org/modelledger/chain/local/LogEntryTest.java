package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.Role;
import org.modelledger.registry.SubmissionId;
import org.modelledger.tlog.MerkleTree;

/** The bytes of the log's entries, as docs/formats/local-registry.md says. */
class LogEntryTest {
  private static final Path PAGE = Path.of("../docs/formats/local-registry.md");
  private static final LogOrigin ORIGIN = LogOrigin.of("modelledger.local/vectors");
  private static final Instant CLOCK = Instant.parse("2026-01-01T00:00:00Z");
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final long SEED = Long.getLong("modelledger.seed", 20261122);

  private static AccountKey author() {
    byte[] seed = new byte[32];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) i;
    }
    return AccountKey.of(new Ed25519PrivateKeyParameters(seed));
  }

  private static Digest digest(int repeated) {
    byte[] bytes = new byte[Digest.BYTES];
    Arrays.fill(bytes, (byte) repeated);
    return Digest.of(bytes);
  }

  private static SignedCommand signed(Command<?> command) {
    SubmissionId id = new SubmissionId(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"));
    return SignedCommand.sign(author(), ORIGIN, id, CLOCK, command);
  }

  private static LogEntry entry(Command<?> command, Assigned assigned) {
    return new LogEntry(CLOCK.toEpochMilli() + 1, assigned, signed(command));
  }

  private static LogEntry create() {
    return entry(new Command.CreateModel(MODEL), Assigned.NOTHING);
  }

  private static byte[] created() {
    return create().encode();
  }

  static Map<String, LogEntry> entries() {
    AccountId other = AccountId.of("ed25519:" + "ab".repeat(32));
    EnvironmentName production = EnvironmentName.of("production");
    Map<String, LogEntry> entries = new LinkedHashMap<>();
    entries.put("create", create());
    entries.put("register", entry(new Command.RegisterVersion(MODEL, digest(0xaa), digest(0xbb)),
        new Assigned.Version(1)));
    entries.put("deploy",
        entry(new Command.DeployVersion(MODEL.version(1), production), Assigned.NOTHING));
    entries.put("undeploy", entry(new Command.UndeployModel(MODEL, production), Assigned.NOTHING));
    entries.put("revoke-version",
        entry(new Command.RevokeVersion(MODEL.version(1), digest(0xcc)), Assigned.NOTHING));
    entries.put("grant-role",
        entry(new Command.GrantRole(MODEL, other, Role.TRAINER), Assigned.NOTHING));
    entries.put("revoke-role",
        entry(new Command.RevokeRole(MODEL, other, Role.WORKER), Assigned.NOTHING));
    entries.put("transfer-ownership",
        entry(new Command.TransferOwnership(MODEL, other), Assigned.NOTHING));
    entries.put("accept-ownership",
        entry(new Command.AcceptOwnership(MODEL), new Assigned.PreviousOwner(other)));
    entries.put("anchor",
        entry(new Command.AnchorLog(LogOrigin.of("acme.example/receipts"), Long.MAX_VALUE,
            digest(0xdd)), Assigned.NOTHING));
    return entries;
  }

  private static Map<String, String> vectorsOnThePage() throws IOException {
    Map<String, String> vectors = new LinkedHashMap<>();
    Matcher line = Pattern.compile("(?m)^([a-z-]+) = ([0-9a-f]+)$").matcher(Files.readString(PAGE));
    while (line.find()) {
      vectors.put(line.group(1), line.group(2));
    }
    return vectors;
  }

  @Test
  void areTheVectorsOfTheirPage() throws Exception {
    Map<String, String> expected = new LinkedHashMap<>();
    entries().forEach((name, entry) -> expected.put(name, hex(entry.encode())));

    Map<String, String> page = vectorsOnThePage();
    assertThat(page).containsAllEntriesOf(expected);
    assertThat(page.get("author")).isEqualTo(hex(author().publicKey()));
    assertThat(page.get("leaf"))
        .isEqualTo(MerkleTree.leafHash(created()).hex());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  @Test
  void sayWhatWasWritten() throws Exception {
    for (Map.Entry<String, LogEntry> one : entries().entrySet()) {
      LogEntry written = one.getValue();
      byte[] bytes = written.encode();
      LogEntry read = LogEntry.decode(bytes);

      assertThat(read.encode()).as(one.getKey()).isEqualTo(bytes);
      assertThat(read.millis()).isEqualTo(written.millis());
      assertThat(read.assigned()).isEqualTo(written.assigned());
      assertThat(read.signed().command()).isEqualTo(written.signed().command());
      assertThat(read.signed().id()).isEqualTo(written.signed().id());
      assertThat(read.signed().author()).isEqualTo(author().account());
      assertThat(read.signed().authorMillis()).isEqualTo(CLOCK.toEpochMilli());
      assertThat(read.signed().isSignedFor(ORIGIN)).isTrue();
      assertThat(read.signed().isSignedFor(LogOrigin.of("modelledger.local/other"))).isFalse();
      LedgerEvent event = read.event(7, MerkleTree.leafHash(bytes));
      assertThat(event).isInstanceOf(read.signed().command().eventType());
      assertThat(event.header().transactionId()).isEqualTo(MerkleTree.leafHash(bytes).hex());
    }
  }

  @Test
  void holdTheLongestNamesOfEveryKind() throws Exception {
    ModelName longest = ModelName.of("a".repeat(128));
    AccountId account = AccountId.of("x".repeat(512));
    for (int length : new int[]{1, 23, 24, 128}) {
      LogEntry entry = entry(new Command.CreateModel(ModelName.of("a".repeat(length))),
          Assigned.NOTHING);
      assertThat(LogEntry.decode(entry.encode()).encode()).isEqualTo(entry.encode());
    }
    for (int length : new int[]{255, 256, 512}) {
      LogEntry entry = entry(new Command.TransferOwnership(longest,
          AccountId.of("x".repeat(length))), Assigned.NOTHING);
      assertThat(LogEntry.decode(entry.encode()).encode()).isEqualTo(entry.encode());
    }
    byte[] bytes = entry(new Command.AcceptOwnership(longest), new Assigned.PreviousOwner(account))
        .encode();
    assertThat(LogEntry.decode(bytes).assigned()).isEqualTo(new Assigned.PreviousOwner(account));
  }

  @Test
  void areRefusedOrNotSignedWhenAnyBitIsAnother() throws Exception {
    for (LogEntry entry : entries().values()) {
      byte[] good = entry.encode();
      for (int bit = 0; bit < good.length * 8; bit++) {
        byte[] bad = good.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        assertThat(isWhole(bad) && isSameCommand(bad, entry)).as("bit %s of %s", bit, hex(good))
            .isFalse();
      }
    }
  }

  /** True for an entry that nobody can tell from a good one, by itself. */
  private static boolean isWhole(byte[] bytes) {
    try {
      return LogEntry.decode(bytes).signed().isSignedFor(ORIGIN);
    } catch (MalformedEntryException e) {
      return false;
    }
  }

  /** The ledger's own part is not signed by the author but covered by the log's root. */
  private static boolean isSameCommand(byte[] bytes, LogEntry entry)
      throws MalformedEntryException {
    LogEntry read = LogEntry.decode(bytes);
    return read.millis() == entry.millis() && read.assigned().equals(entry.assigned());
  }

  @Test
  void onlyEverFailAsMalformed() {
    SplittableRandom random = new SplittableRandom(SEED);
    byte[][] seeds = entries().values().stream().map(LogEntry::encode).toArray(byte[][]::new);
    int refused = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = seeds[random.nextInt(seeds.length)].clone();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1 -> bytes = Arrays.copyOf(bytes, at + 1);
          case 2 -> bytes = Arrays.copyOf(bytes, bytes.length + random.nextInt(1, 9));
          default -> System.arraycopy(bytes, 0, bytes, at, Math.min(at, bytes.length - at));
        }
      }
      try {
        byte[] again = LogEntry.decode(bytes).encode();
        assertThat(again).as("seed %s", SEED).isEqualTo(bytes);
      } catch (MalformedEntryException e) {
        refused++;
        assertThat(e).as("seed %s", SEED).hasMessageMatching("(?s).+");
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  @Test
  void haveOneFormOnly() {
    String create = hex(created());
    assertThat(create).startsWith("84011b");
    refuses("8418" + create.substring(2), "a longer head for the schema");
    refuses("9f" + create.substring(2) + "ff", "an array of indefinite length");
    refuses(create + "00", "a byte behind it");
    refuses(create.replace("d28458", "8458"), "no COSE tag");
    refuses(create.replace("d28458", "d8128458"), "a longer tag");
    refuses("84" + "02" + create.substring(4), "another schema");
    refuses("85" + create.substring(2) + "00", "an item more");
    refuses(create.replace("a2012704", "a2012604"), "another algorithm");
    String key = "045820" + hex(author().publicKey());
    refuses(create.replace("a20127" + key, "a2" + key + "0127"), "a header in another order");
    refuses(create.replace("a0", "a10000"), "an unprotected header");
  }

  private static void refuses(String hex, String what) {
    byte[] bytes = HexFormat.of().parseHex(hex);
    assertThatThrownBy(() -> LogEntry.decode(bytes)).as(what)
        .isInstanceOf(MalformedEntryException.class)
        .hasMessageMatching("(?s).+");
  }

  @Test
  void sayWhatIsWrong() {
    byte[] schema = created();
    schema[1] = 9;
    assertThatThrownBy(() -> LogEntry.decode(schema)).hasMessageContaining("schema is 9");
    assertThatThrownBy(() -> LogEntry.decode(new byte[0]))
        .isInstanceOf(MalformedEntryException.class);
  }
}
