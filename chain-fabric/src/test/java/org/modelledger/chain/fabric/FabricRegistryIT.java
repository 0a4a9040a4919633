package org.modelledger.chain.fabric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.model.ModelName;
import org.modelledger.model.StorageException;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.Submission;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;

/** What a client on Fabric does that other backends do not, and what it says when something is wrong. */
class FabricRegistryIT {
  private static final String MODEL = "acme/digits";
  private static final ModelName NAME = ModelName.of(MODEL);
  private static final String NOWHERE = "127.0.0.1:1";
  private static final String SECRET = "kZ3kZ3kZ3";

  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  private DevNetwork network;

  @BeforeEach
  void startNetwork() throws Exception {
    network = new DevNetwork(CHAINCODE, home);
  }

  @AfterEach
  void closeNetwork() {
    network.close();
  }

  private Versions versions() {
    return Versions.of(MODEL, "ann", network.account("ann"));
  }

  private FabricRegistryOptions at(List<String> peers, String channel) {
    return FabricRegistryOptions.reading(peers, channel, network.identity("ann"))
        .withTimeout(Duration.ofSeconds(20));
  }

  @Test
  @DisplayName("says that there is no peer")
  void saysThatThereIsNoPeer() {
    assertThatExceptionOfType(LedgerUnavailableException.class)
        .isThrownBy(
            () -> FabricRegistry.open(at(List.of(NOWHERE), network.peer.channel())))
        .withMessageContaining(NOWHERE);
  }

  @Test
  @DisplayName("names a channel that the peers do not have")
  void namesAnUnknownChannel() {
    assertThatExceptionOfType(LedgerUnavailableException.class)
        .isThrownBy(() -> FabricRegistry.open(at(network.peers("ann"), "nosuchchannel")))
        .withMessageContaining("nosuchchannel");
  }

  @Test
  @DisplayName("says that the chaincode is missing, or is another one")
  void saysThatTheChaincodeIsMissing() {
    for (String name : List.of("nosuchchaincode", "qscc")) {
      assertThatExceptionOfType(MissingChaincodeException.class)
          .isThrownBy(() -> FabricRegistry.open(network.reading().withChaincode(name)))
          .withMessageContaining("'" + name + "'")
          .withMessageContaining(network.peer.channel());
    }
  }

  @Test
  @DisplayName("says that the peers do not know the authority of a certificate")
  void saysThatAnIdentityIsForeign() throws Exception {
    try (DevNetwork other = new DevNetwork(CHAINCODE, home)) {
      FabricRegistryOptions options = FabricRegistryOptions.reading(network.peers("ann"),
          network.peer.channel(), other.identity("ann"));

      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> FabricRegistry.open(options))
          .withMessageContaining("access denied");
    }
  }

  @Test
  @DisplayName("lets one client at a time have a directory, for one account on one channel")
  void guardsTheDirectory() throws Exception {
    Path directory = home.resolve("guarded");
    FabricRegistryOptions options = network.writing("ann", directory);
    try (FabricRegistry registry = FabricRegistry.open(options)) {
      assertThat(registry.history(LedgerPosition.START, 1)).isEmpty();
      assertThatExceptionOfType(LedgerUnavailableException.class)
          .isThrownBy(() -> FabricRegistry.open(options))
          .withMessageContaining(directory.toString());
      assertThatExceptionOfType(LedgerUnavailableException.class)
          .isThrownBy(() -> FabricRegistry.open(network.reading().withDirectory(directory)))
          .withMessageContaining(directory.toString());
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricRegistry.open(network.writing("bob", directory)))
        .withMessageContaining(network.account("ann").value());
    try (DevNetwork other = new DevNetwork(CHAINCODE, home)) {
      assertThat(other.account("ann")).isEqualTo(network.account("ann"));
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> FabricRegistry.open(other.writing("ann", directory)))
          .withMessageContaining(directory.toString());
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> FabricRegistry.open(other.reading().withDirectory(directory)))
          .withMessageContaining("index");
    }
    try (FabricRegistry registry = FabricRegistry.open(options)) { // refusals have left it as it was
      Versions.create(registry, MODEL);
    }
  }

  @Test
  @DisplayName("names files that are not what they should be, and never shows what is in them")
  void namesFilesThatAreWrong() throws Exception {
    DevIdentity ann = network.devIdentity("ann");
    Path certificate = Files.writeString(home.resolve("cert.pem"), ann.certificatePem());
    Path key = Files.writeString(home.resolve("key.pem"), ann.privateKeyPem());
    for (String text : List.of("", SECRET, "\u0000\u00e4\u00ff",
        "-----BEGIN PRIVATE KEY-----\n" + SECRET,
        "-----BEGIN CERTIFICATE-----\n" + SECRET + "\n-----END CERTIFICATE-----\n",
        "-----BEGIN PRIVATE KEY-----\n" + SECRET + "\n-----END PRIVATE KEY-----\n")) {
      Path garbage = Files.writeString(home.resolve("garbage.pem"), text);
      assertThatExceptionOfType(ConfigurationException.class).as("certificate '%s'", text)
          .isThrownBy(() -> FabricIdentity.ofFiles("Org1MSP", garbage, key))
          .withMessageContaining(garbage.toString())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
      assertThatExceptionOfType(ConfigurationException.class).as("key '%s'", text)
          .isThrownBy(() -> FabricIdentity.ofFiles("Org1MSP", certificate, garbage))
          .withMessageContaining(garbage.toString())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
      assertThatExceptionOfType(ConfigurationException.class).as("TLS roots '%s'", text)
          .isThrownBy(() -> FabricRegistry.open(network.reading().withTls(garbage)))
          .withMessageContaining(garbage.toString())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
      assertThatExceptionOfType(ConfigurationException.class).as("TLS certificate '%s'", text)
          .isThrownBy(() -> FabricRegistry.open(
              network.reading().withTls(certificate).withTlsCertificate(garbage, key)))
          .withMessageContaining(garbage.toString());
      assertThatExceptionOfType(ConfigurationException.class).as("TLS key '%s'", text)
          .isThrownBy(() -> FabricRegistry.open(
              network.reading().withTls(certificate).withTlsCertificate(certificate, garbage)))
          .withMessageContaining(garbage.toString())
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain(SECRET));
    }
    Path missing = home.resolve("missing.pem");
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> FabricIdentity.ofFiles("Org1MSP", missing, key))
        .withMessageContaining(missing.toString());
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> FabricRegistry.open(network.reading().withTls(missing)))
        .withMessageContaining(missing.toString());
  }

  @Test
  @DisplayName("reads an identity from a directory as Fabric's tools lay it out, and wants one file in each part")
  void readsAnMspDirectory() throws Exception {
    DevIdentity ann = network.devIdentity("ann");
    Path msp = home.resolve("msp");
    Path certificates = Files.createDirectories(msp.resolve("signcerts"));
    Path keys = Files.createDirectories(msp.resolve("keystore"));
    Files.writeString(certificates.resolve("cert.pem"), ann.certificatePem());
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricIdentity.ofMsp(ann.mspId(), msp))
        .withMessageContaining(keys.toString());
    Files.writeString(keys.resolve("0123_sk"), ann.privateKeyPem());

    FabricIdentity identity = FabricIdentity.ofMsp(ann.mspId(), msp);

    assertThat(identity.account()).isEqualTo(network.account("ann"));
    try (FabricRegistry registry = FabricRegistry.open(FabricRegistryOptions
        .writing(network.peers("ann"), network.peer.channel(), identity,
            home.resolve("msp-out")))) {
      Versions.create(registry, MODEL);
    }
    Files.writeString(keys.resolve("another_sk"), ann.privateKeyPem());
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricIdentity.ofMsp(ann.mspId(), msp))
        .withMessageContaining(keys.toString());
  }

  enum Damage {
    GARBAGE, HALF, NO_HEADER, EMPTY;

    void apply(Path file) throws Exception {
      try (RandomAccessFile index = new RandomAccessFile(file.toFile(), "rw")) {
        switch (this) {
          case GARBAGE -> {
            index.setLength(0);
            index.write(new byte[9_999]);
            index.write("no index".getBytes(StandardCharsets.UTF_8));
          }
          case HALF -> index.setLength(index.length() / 2);
          case NO_HEADER -> index.write(new byte[8_192]);
          case EMPTY -> index.setLength(0);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Damage.class)
  @DisplayName("makes a damaged index anew from the channel")
  void makesADamagedIndexAnew(Damage damage) throws Exception {
    Path directory = home.resolve("damaged");
    FabricRegistryOptions options = network.writing("ann", directory).withBatch(5);
    List<LedgerEvent> before;
    try (FabricRegistry registry = FabricRegistry.open(options)) {
      Versions.create(registry, MODEL);
      versions().submitAndAwait(registry, 0, 100);
      before = Versions.history(registry);
    }
    damage.apply(directory.resolve("index").resolve(ChannelIndex.FILE));

    try (FabricRegistry registry = FabricRegistry.open(options)) {
      assertThat(Versions.history(registry)).isEqualTo(before);
      versions().submitAndAwait(registry, 100, 110);
      versions().assertHistory(registry, 110);
    }
  }

  @Test
  @DisplayName("uses the next peer where the first does not answer")
  void usesTheNextPeer() throws Exception {
    List<String> peers = new ArrayList<>(List.of(NOWHERE));
    peers.addAll(network.peers("ann"));
    try (FabricRegistry registry = FabricRegistry.open(FabricRegistryOptions.writing(peers,
        network.peer.channel(), network.identity("ann"), home.resolve("second")))) {
      Versions.create(registry, MODEL);
      versions().submitAndAwait(registry, 0, 20);
      versions().assertHistory(registry, 20);
    }
  }

  @Test
  @DisplayName("goes on from a reader's index")
  void goesOnFromAReadersIndex() throws Exception {
    Path directory = home.resolve("reader");
    String ledgerId;
    List<LedgerEvent> before;
    try (FabricRegistry registry = network.open("ann")) {
      Versions.create(registry, MODEL);
      versions().submitAndAwait(registry, 0, 20);
      try (FabricRegistry reader = FabricRegistry
          .open(network.reading().withDirectory(directory))) {
        ledgerId = reader.ledgerId();
        before = Versions.history(reader);
        assertThat(reader.account()).isEmpty();
      }
      try (ChannelIndex index = ChannelIndex.open(Optional.of(directory.resolve("index")),
          ledgerId)) {
        assertThat(index.height()).isEqualTo(network.peer.height());
        assertThat(index.events(LedgerPosition.START, 100)).isEqualTo(before).hasSize(21);
      }
      versions().submitAndAwait(registry, 20, 40);
    }
    try (FabricRegistry reader = FabricRegistry
        .open(network.reading().withDirectory(directory))) {
      versions().assertHistory(reader, 40);
      assertThat(Versions.history(reader)).startsWith(before.toArray(new LedgerEvent[0]));
    }
  }

  @Test
  @DisplayName("says of a certificate's attribute what it may not do, and lets it read")
  void refusesAnAuditorsCommands() throws Exception {
    DevIdentity auditor = network.peer.enroll("Org1MSP", "auditor",
        Map.of("modelledger.roles", "auditor"));
    try (FabricRegistry owner = network.open("ann");
        FabricRegistry registry = FabricRegistry.open(FabricRegistryOptions.writing(
            network.peers("ann"), network.peer.channel(), DevNetwork.identity(auditor),
            home.resolve("auditor")))) {
      Versions.create(owner, MODEL);
      Submission<?> refused = registry.submit(new CreateModel(ModelName.of("acme/other")));

      assertThatExceptionOfType(NotAuthorizedException.class)
          .isThrownBy(() -> refused.await(Versions.PATIENCE));
      assertThat(registry.model(NAME).orElseThrow().owner()).isEqualTo(network.account("ann"));
    }
  }

  @Test
  @DisplayName("delivers each event once over clients that come and go, from a position that was stored")
  void deliversOnceFromAStoredPosition() throws Exception {
    FabricRegistryOptions options = network.writing("ann", home.resolve("follower")).withBatch(7);
    List<LedgerEvent> delivered = new ArrayList<>();
    String stored = LedgerPosition.START.toString();
    List<LedgerEvent> all;
    int events = 0;
    try (FabricRegistry registry = FabricRegistry.open(options)) {
      Versions.create(registry, MODEL);
      events++;
    }
    for (int life = 0; life < 5; life++) {
      try (FabricRegistry registry = FabricRegistry.open(options);
          Subscription subscription = registry.subscribe(LedgerPosition.parse(stored))) {
        List<? extends Submission<?>> submissions = versions().submit(registry, life * 20L,
            (life + 1) * 20L);
        for (int i = 0; i < 15; i++) { // some that are there, some that come meanwhile
          delivered.add(subscription.next(Versions.PATIENCE).orElseThrow());
        }
        stored = subscription.position().toString();
        submissions.getLast().await(Versions.PATIENCE);
        events += 20;
      }
    }
    try (FabricRegistry reader = FabricRegistry.open(network.reading());
        Subscription subscription = reader.subscribe(LedgerPosition.parse(stored))) {
      while (delivered.size() < events) {
        delivered.add(subscription.next(Versions.PATIENCE).orElseThrow());
      }
      assertThat(subscription.next(Duration.ZERO)).isEmpty();
      all = Versions.history(reader);
      versions().assertHistory(reader, 100);
    }
    assertThat(delivered).isEqualTo(all);
  }

  @Test
  @DisplayName("speaks TLS with peers whose authority it was told, and with no others")
  void speaksTls() throws Exception {
    network.close();
    network = new DevNetwork(CHAINCODE, home, DevPeer.Builder::tls);
    Path roots = roots(network.peer);
    FabricRegistryOptions options = network.writing("ann", home.resolve("tls"))
        .withTimeout(Duration.ofSeconds(20));
    assertThatExceptionOfType(LedgerUnavailableException.class)
        .isThrownBy(() -> FabricRegistry.open(options));
    try (DevNetwork other = new DevNetwork(CHAINCODE, home, DevPeer.Builder::tls)) {
      Path wrong = Files.writeString(home.resolve("wrong.pem"), other.peer.tlsRootPem("Org1MSP"));
      assertThatExceptionOfType(LedgerUnavailableException.class)
          .isThrownBy(() -> FabricRegistry.open(options.withTls(wrong)));
    }
    assertThatExceptionOfType(LedgerUnavailableException.class).isThrownBy(
        () -> FabricRegistry.open(options.withTls(roots).withTlsAuthority("peer.example")));
    for (String name : List.of("127.0.0.1", "localhost")) {
      try (FabricRegistry registry = FabricRegistry
          .open(options.withTls(roots).withTlsAuthority(name))) {
        Versions.create(registry, MODEL + "/" + name);
      }
    }
  }

  @Test
  @DisplayName("shows a certificate for TLS to peers that want one, also where it receives blocks")
  void speaksMutualTls() throws Exception {
    network.close();
    network = new DevNetwork(CHAINCODE, home, DevPeer.Builder::mutualTls);
    DevIdentity tls = network.peer.enrollTls("Org1MSP", "ann");
    Path certificate = Files.writeString(home.resolve("tls.pem"), tls.certificatePem());
    Path key = Files.writeString(home.resolve("tls.key"), tls.privateKeyPem());
    FabricRegistryOptions options = network.writing("ann", home.resolve("mutual"))
        .withTls(roots(network.peer))
        .withTimeout(Duration.ofSeconds(20));

    assertThatThrownBy(() -> FabricRegistry.open(options))
        .isInstanceOf(LedgerUnavailableException.class);
    try (FabricRegistry registry = FabricRegistry
        .open(options.withTlsCertificate(certificate, key))) {
      Versions.create(registry, MODEL);
      versions().submitAndAwait(registry, 0, 20);
      versions().assertHistory(registry, 20);
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> FabricRegistry
            .open(network.reading().withTlsCertificate(certificate, key)))
        .withMessageContaining("root");
  }

  /** The authorities of all organisations' peers, in one file. */
  private Path roots(DevPeer peer) throws Exception {
    StringBuilder roots = new StringBuilder();
    peer.organizations().forEach(mspId -> roots.append(peer.tlsRootPem(mspId)));
    return Files.writeString(home.resolve("roots.pem"), roots);
  }
}
