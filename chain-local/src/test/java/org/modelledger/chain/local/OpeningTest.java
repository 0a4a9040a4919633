package org.modelledger.chain.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.modelledger.model.LogOrigin;
import org.modelledger.model.StorageException;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;
import org.modelledger.tlog.NoteSigner;

class OpeningTest {
  @TempDir
  Path directory;

  private Home home;

  @BeforeEach
  void settle() {
    home = new Home(directory);
  }

  private String uri(String options) {
    return "local:" + home.ledger() + "?" + options;
  }

  private static ModelRegistry open(String uri) {
    return Providers.openRegistry(uri, OpeningTest.class.getClassLoader());
  }

  @Test
  void opensByUriForWritingAndThenForReading() throws Exception {
    Path key = home.key("alice");
    String ledgerId;
    try (ModelRegistry registry = open(uri("key=" + key + "&origin=acme.example/ledger"))) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
      assertThat(registry.account()).contains(TestKeys.account("alice").account());
      ledgerId = registry.ledgerId();
      assertThat(ledgerId).startsWith("local:acme.example/ledger+")
          .isEqualTo("local:" + home.logKey().verifier());
    }
    String vkey = home.logKey().verifier().toString().replace("+", "%2B");
    try (ModelRegistry registry = open(uri("log-vkey=" + vkey + "&poll=PT0.01S"))) {
      assertThat(registry.account()).isEmpty();
      assertThat(registry.ledgerId()).isEqualTo(ledgerId);
      assertThat(registry.model(Home.MODEL)).isPresent();
      assertThatThrownBy(() -> registry.submit(new CreateModel(Home.MODEL)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("'key'");
      assertThat(registry.resume(Home.id(1))).isEmpty();
    }
    try (ModelRegistry registry = open(uri("log-key=" + home.logKeyFile() + "&replay=full"))) {
      assertThat(registry.model(Home.MODEL)).isPresent();
    }
  }

  @Test
  void takesTheKeyOfThisLedgerFromAFileWithSeveral() throws Exception {
    home.open("alice").close();
    Path file = directory.resolve("log.vkey");
    NoteSigner other = NoteSigner.generate("acme.example/receipts", new SecureRandom());
    Files.writeString(file, other.verifier() + "\n" + home.logKey().verifier() + "\n");

    try (ModelRegistry registry = open(uri("log-vkey=" + file))) {
      assertThat(registry.ledgerId()).isEqualTo("local:" + home.logKey().verifier());
    }
    Files.writeString(file, other.verifier() + "\n" + other.verifier() + "\n");
    assertThatThrownBy(() -> open(uri("log-vkey=" + file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(file.toString(), home.origin().value());
  }

  @Test
  void makesALogKeyThatOnlyItsOwnerReads() throws Exception {
    home.open("alice").close();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.logKeyFile())))
        .isEqualTo("rw-------");
    assertThat(home.origin().value()).matches("modelledger\\.local/[0-9a-f]{24}");
    assertThat(home.keys().toFile().list()).containsExactlyInAnyOrder("alice.pem", "log.key");
    String origin = home.origin().value();
    try (LocalRegistry registry = home.open("alice")) {
      assertThat(registry.ledgerId()).startsWith("local:" + origin + "+");
    }
  }

  @Test
  void leavesNoSecretInTheLedger() throws Exception {
    try (LocalRegistry registry = LocalRegistry.open(home.writing("alice").withSnapshotEvery(1))) {
      registry.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
    String logSecret = Files.readString(home.logKeyFile()).strip();
    // PRIVATE+KEY+name+hash+base64, where the base64 may have a '+' of its own
    String seed = logSecret.split("\\+", 5)[4];
    assertThat(seed).hasSizeGreaterThan(40);
    byte[] accountSecret = TestKeys.ed25519("alice").getEncoded();
    assertThat(home.files("")).isNotEmpty().allSatisfy(file -> {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(content).doesNotContain(seed)
          .doesNotContain(new String(accountSecret, StandardCharsets.ISO_8859_1));
    });
  }

  @ParameterizedTest
  @ValueSource(strings = {"inside.pem", "deeper/inside.pem", "../keys/../ledger/inside.pem"})
  void refusesKeysInsideTheLedger(String name) throws Exception {
    Path inside = home.ledger().resolve(name);
    Path outside = home.key("alice");

    assertThatThrownBy(
        () -> LocalRegistry.open(LocalRegistryOptions.writing(home.ledger(), inside)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("account key", "ledger's directory");
    assertThatThrownBy(() -> LocalRegistry
        .open(LocalRegistryOptions.writing(home.ledger(), outside).withLogKey(inside)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("log key", "ledger's directory");
    assertThat(home.ledger()).doesNotExist();
  }

  @Test
  void refusesAKeyInsideTheLedgerBehindALink() throws Exception {
    home.open("alice").close();
    Path link = Files.createSymbolicLink(directory.resolve("link"), home.ledger());

    assertThatThrownBy(() -> LocalRegistry
        .open(home.writing("alice").withLogKey(link.resolve("log.key"))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("ledger's directory");
  }

  @Test
  void refusesAMissingAccountKey() {
    Path missing = directory.resolve("missing.pem");

    assertThatThrownBy(
        () -> LocalRegistry.open(LocalRegistryOptions.writing(home.ledger(), missing)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("no account key " + missing);
    assertThat(home.ledger()).doesNotExist();
  }

  @Test
  void readsTheKeysThatOtherToolsMake() throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    byte[] x509 = pair.getPublic().getEncoded(); // ends in the raw key (RFC 8410 §4)
    Path file = Files.writeString(directory.resolve("jdk.pem"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(pair.getPrivate().getEncoded())
            + "\n-----END PRIVATE KEY-----\n");

    try (LocalRegistry registry = LocalRegistry
        .open(LocalRegistryOptions.writing(home.ledger(), file))) {
      assertThat(registry.account().orElseThrow().value())
          .isEqualTo("ed25519:" + HexFormat.of().formatHex(x509, x509.length - 32, x509.length));
    }
  }

  @Test
  void refusesForeignAndTruncatedAccountKeysWithoutShowingThem() throws Exception {
    String good = TestKeys.pem(TestKeys.ed25519("alice"));
    Map<String, String> bad = new HashMap<>();
    bad.put("empty", "");
    bad.put("text", "not a key");
    bad.put("truncated", good.substring(0, good.length() / 2));
    bad.put("cut base64", good.replaceFirst("\\R(.{24}).*\\R", "\n$1\n"));
    bad.put("another kind of PEM", good.replace("PRIVATE KEY", "PUBLIC KEY"));
    bad.put("another algorithm",
        TestKeys.pem(new X25519PrivateKeyParameters(new SecureRandom())));
    bad.put("too long", good + " ".repeat(70_000));
    for (Map.Entry<String, String> one : bad.entrySet()) {
      Path file = Files.writeString(directory.resolve("bad.pem"), one.getValue());
      assertThatThrownBy(
          () -> LocalRegistry.open(LocalRegistryOptions.writing(home.ledger(), file)))
          .as(one.getKey())
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining(file.toString())
          .message()
          .doesNotContain(good.lines().toList().get(1).substring(20));
    }
    assertThat(home.ledger()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "PRIVATE+KEY+acme+00000000+AAAA"})
  void refusesForeignLogKeysWithoutShowingThem(String content) throws Exception {
    Path file = Files.writeString(directory.resolve("bad.key"), content);

    assertThatThrownBy(() -> LocalRegistry.open(home.writing("alice").withLogKey(file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString());
    assertThat(home.ledger()).doesNotExist();
    assertThat(file).hasContent(content);
  }

  @Test
  void refusesTheLogKeyOfAnotherLedger() throws Exception {
    home.open("alice").close();
    Path other = directory.resolve("other.key");

    assertThatThrownBy(() -> LocalRegistry.open(home.writing("alice").withLogKey(other)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(home.origin().value());
    NoteSigner sameName = NoteSigner.generate(home.origin().value(), new SecureRandom());
    assertThatThrownBy(() -> LocalRegistry
        .open(LocalRegistryOptions.reading(home.ledger(), sameName.verifier())))
        .isInstanceOf(LedgerCorruptException.class)
        .hasMessageContaining("sign");
  }

  @Test
  void refusesAnotherOriginThanTheLogKeyHas() {
    home.open("alice").close();
    LogOrigin other = LogOrigin.of("acme.example/other");

    assertThatThrownBy(() -> LocalRegistry.open(home.writing("alice").withOrigin(other)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("acme.example/other", home.origin().value());
    assertThatThrownBy(() -> LocalRegistry.open(home.reading().withOrigin(other)))
        .isInstanceOf(ConfigurationException.class);
  }

  @Test
  void refusesAPublicKeyThatDoesNotFitTheLogKey() {
    home.open("alice").close();
    NoteSigner other = NoteSigner.generate("acme.example/other", new SecureRandom());

    assertThatThrownBy(
        () -> LocalRegistry.open(home.writing("alice").withVerifier(other.verifier().toString())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("acme.example/other");
  }

  @Test
  void wantsThePublicKeyToRead() {
    assertThatThrownBy(() -> open("local:" + home.ledger()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("log-vkey", "'key'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing-like-a-key", "a+b+c"})
  void refusesAPublicKeyThatIsNone(String text) throws IOException {
    assertThatThrownBy(() -> open(uri("log-vkey=" + text.replace("+", "%2B"))))
        .isInstanceOf(ConfigurationException.class);
    Path file = Files.writeString(directory.resolve("log.vkey"), text);
    assertThatThrownBy(() -> open(uri("log-vkey=" + file)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesToReadWhereNoLedgerIs() {
    NoteSigner signer = NoteSigner.generate("acme.example/ledger", new SecureRandom());

    assertThatThrownBy(() -> LocalRegistry
        .open(LocalRegistryOptions.reading(home.ledger(), signer.verifier())))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(home.ledger().toString(), "no checkpoint");
    assertThat(home.ledger()).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({"colour=red,colour", "publish=soon,publish", "publish=PT0S,publish",
      "poll=-PT1S,poll",
      "snapshot-every=0,snapshot-every", "replay=half,replay", "origin=a b,origin"})
  void refusesOptionsThatAreNone(String option, String name) {
    String encoded = option.replace(" ", "%20");
    assertThatThrownBy(() -> open(uri("key=" + home.key("alice") + "&" + encoded)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'" + name + "'");
    assertThat(home.ledger()).doesNotExist();
  }

  @Test
  void refusesALocationThatIsNoPath() {
    assertThatThrownBy(() -> new LocalRegistryProvider()
        .open(ProviderOptions.empty().with(ProviderOptions.LOCATION, "a\0b")))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'location'");
  }

  @Test
  void refusesIntervalsThatAreNotPositive() {
    LocalRegistryOptions options = home.writing("alice");
    assertThatThrownBy(() -> options.withPollInterval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withPublishInterval(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withSnapshotEvery(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(options).hasToString("LocalRegistryOptions[" + home.ledger() + "]");
  }

  @Test
  void saysSoWhenTheDirectoryCannotBeMade() throws Exception {
    Files.writeString(home.ledger(), "a file where a directory should be");

    assertThatThrownBy(() -> home.open("alice")).isInstanceOf(StorageException.class)
        .hasMessageContaining(home.ledger().toString());
    assertThat(home.ledger()).hasContent("a file where a directory should be");
  }

  @Test
  void saysSoWhenTheLedgerCannotBeRead() throws Exception {
    home.open("alice").close();
    LocalRegistryOptions options = home.reading();
    Path checkpoint = home.ledger().resolve("checkpoint");
    Files.delete(checkpoint);
    Files.createDirectory(checkpoint);

    assertThatThrownBy(() -> LocalRegistry.open(options))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContainingAll(home.ledger().toString(), "checkpoint");
  }

  @Test
  void saysSoWhenTheLogKeyCannotBeWritten() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(
        () -> LocalRegistry.open(home.writing("alice").withLogKey(file.resolve("log.key"))))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("log.key");
    assertThat(home.ledger()).doesNotExist();
  }

  @Test
  void refusesADirectoryWithSomethingElseInIt() throws Exception {
    Files.createDirectories(home.ledger());
    Files.writeString(home.ledger().resolve("thesis.tex"), "mine");

    assertThatThrownBy(() -> home.open("alice")).isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("thesis.tex");
    assertThat(home.ledger().toFile().list()).containsExactly("thesis.tex");
  }

  @Test
  void refusesASecondWriter() throws Exception {
    try (LocalRegistry first = home.open("alice")) {
      assertThatThrownBy(() -> home.open("bob")).isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContainingAll(home.ledger().toString(), "actingAs", "read");
      first.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE);
    }
    try (LocalRegistry second = home.open("bob")) {
      assertThat(second.model(Home.MODEL)).isPresent();
    }
  }

  @Test
  void actsForSeveralAccountsUntilTheLastIsClosed() throws Exception {
    LocalRegistry alice = home.open("alice");
    LocalRegistry bob = alice.actingAs(home.key("bob"));
    alice.close();
    assertThatThrownBy(() -> alice.actingAs(home.key("carol")))
        .isInstanceOf(IllegalStateException.class);

    assertThat(bob.submit(new CreateModel(Home.MODEL)).await(Home.MINUTE).header().author())
        .isEqualTo(TestKeys.account("bob").account());
    assertThatThrownBy(() -> home.open("alice")).isInstanceOf(LedgerUnavailableException.class);
    bob.close();
    bob.close();
    try (LocalRegistry reader = LocalRegistry.open(home.reading())) {
      assertThat(reader.model(Home.MODEL)).isPresent();
      assertThatThrownBy(() -> reader.actingAs(home.key("carol")))
          .isInstanceOf(ConfigurationException.class);
    }
  }
}
