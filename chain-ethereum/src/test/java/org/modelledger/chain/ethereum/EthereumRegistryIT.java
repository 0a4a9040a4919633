package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelName;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.LedgerUnavailableException;
import org.modelledger.registry.OutcomeUnknownException;
import org.modelledger.registry.Role;
import org.modelledger.registry.Submission;
import org.modelledger.registry.SubmissionId;
import org.modelledger.registry.Subscription;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;

/** What a client does that other backends do not, and what it says when something is wrong. */
class EthereumRegistryIT {
  private static final Duration FINAL = Duration.ofMinutes(1);
  private static final ModelName MODEL = ModelName.of("acme/digits");
  private static final String NOWHERE = "0x00000000000000000000000000000000000A11cE";
  private static final BigInteger ETHER = BigInteger.TEN.pow(18);

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension.anvil(
      AnvilOptions.builder().blockTime(Duration.ofSeconds(1)).extra("--mixed-mining").build());

  @TempDir
  Path home;

  private AnvilNode node;
  private Chain chain;

  @BeforeEach
  void deploy() throws Exception {
    node = ANVIL.node();
    chain = new Chain(node, home, Finality.latest());
  }

  private String url() {
    return node.http().toString();
  }

  private static RegisterVersion version(int i) {
    return new RegisterVersion(MODEL, Digest.sha256(("artifact " + i).getBytes(
        StandardCharsets.UTF_8)), Digest.sha256(new byte[0]));
  }

  @Test
  @DisplayName("is named by CAIP-10, and its accounts by EIP-55")
  void isNamedByStandards() {
    try (EthereumRegistry registry = chain.open("alice")) {
      assertThat(registry.ledgerId())
          .isEqualTo("eip155:" + node.chainId() + ":" + chain.deployment().contract());
      // the first of anvil's accounts, as every Ethereum tool spells it
      assertThat(registry.account())
          .contains(AccountId.of("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }
  }

  @Test
  @DisplayName("names both chains where the node is on another one")
  void namesTheOtherNetwork() {
    WrongNetworkException refusal = catchThrowableOfType(WrongNetworkException.class,
        () -> EthereumRegistry.open(chain.reading().withChainId(1)));

    assertThat(refusal.expected()).isEqualTo(1);
    assertThat(refusal.actual()).isEqualTo(node.chainId());
    try (EthereumSigner signer = EthereumSigner.random()) {
      assertThatExceptionOfType(WrongNetworkException.class)
          .isThrownBy(() -> EthereumRegistry.deploy(url(), 5, signer, FINAL));
    }
  }

  @Test
  @DisplayName("says where there is no contract, and where there is another one")
  void saysWhereThereIsNoRegistry() {
    assertThatExceptionOfType(MissingContractException.class)
        .isThrownBy(() -> EthereumRegistry.open(EthereumRegistryOptions.reading(url(), NOWHERE)))
        .withMessageContaining(NOWHERE)
        .withMessageContaining("no contract");
    for (String code : List.of("0x00", "0xfe", "0x60ff60005260206000f3")) {
      node.rpc().call("anvil_setCode", NOWHERE, code);
      assertThatExceptionOfType(MissingContractException.class).as(code)
          .isThrownBy(() -> EthereumRegistry.open(EthereumRegistryOptions.reading(url(), NOWHERE)))
          .withMessageContaining("not a ModelRegistry");
    }
    node.rpc().call("anvil_setCode", NOWHERE, "0x");
  }

  @Test
  @DisplayName("says that there is no node")
  void saysThatThereIsNoNode() {
    assertThatExceptionOfType(LedgerUnavailableException.class)
        .isThrownBy(() -> EthereumRegistry.open(EthereumRegistryOptions
            .reading("http://127.0.0.1:1", chain.deployment().contract())
            .withTimeout(Duration.ofSeconds(2))))
        .withMessageContaining("127.0.0.1:1");
  }

  @Test
  @DisplayName("keeps commands until the account has ether, and says what is missing")
  void waitsForEther() throws Exception {
    try (EthereumSigner poor = EthereumSigner.random();
        EthereumRegistry registry = EthereumRegistry.open(EthereumRegistryOptions
            .writing(url(), chain.deployment().contract(), node.chainId(), poor,
                home.resolve("poor"))
            .withFinality(Finality.latest()))) {
      Submission<?> create = registry.submit(new CreateModel(MODEL));

      OutcomeUnknownException unknown = catchThrowableOfType(OutcomeUnknownException.class,
          () -> create.await(Duration.ofSeconds(3)));
      assertThat(unknown).hasCauseInstanceOf(InsufficientFundsException.class)
          .hasMessageContaining(poor.account().value());
      assertThat(unknown.submissionId()).isEqualTo(create.id());

      node.setBalance(poor.account().value(), ETHER);
      assertThat(((LedgerEvent.ModelCreated) create.await(FINAL)).model()).isEqualTo(MODEL);
    }
    try (EthereumSigner poor = EthereumSigner.random()) {
      assertThatExceptionOfType(InsufficientFundsException.class)
          .isThrownBy(() -> EthereumRegistry.deploy(url(), node.chainId(), poor, FINAL));
    }
  }

  @Test
  @DisplayName("keeps commands while gas costs more than it may")
  void waitsForLowerFees() throws Exception {
    EthereumRegistryOptions options = chain.writing("alice", home.resolve("thrifty"));
    SubmissionId id = SubmissionId.random();
    try (EthereumRegistry registry = EthereumRegistry
        .open(options.withMaxFeeGwei(new BigDecimal("0.000000001")))) {
      Submission<?> create = registry.submit(id, new CreateModel(MODEL));

      assertThatExceptionOfType(OutcomeUnknownException.class)
          .isThrownBy(() -> create.await(Duration.ofSeconds(3)))
          .withCauseInstanceOf(UnderpricedException.class);
    }
    try (EthereumRegistry registry = EthereumRegistry.open(options)) {
      assertThat(registry.resume(id).orElseThrow().await(FINAL))
          .isInstanceOf(LedgerEvent.ModelCreated.class);
    }
  }

  @Test
  @DisplayName("stops where the chain takes back what was final")
  void stopsWhereAFinalBlockIsTakenBack() throws Exception {
    try (EthereumRegistry registry = chain.open("alice");
        Subscription subscription = registry.subscribe(LedgerPosition.START)) {
      registry.submit(new CreateModel(MODEL)).await(FINAL);
      assertThat(subscription.next(FINAL)).isPresent();

      node.reorg(2);

      assertThatExceptionOfType(ChainReorganizedException.class)
          .isThrownBy(() -> subscription.next(FINAL))
          .withMessageContaining("finality=latest");
      assertThatExceptionOfType(ChainReorganizedException.class)
          .isThrownBy(() -> registry.model(MODEL));
      assertThatExceptionOfType(ChainReorganizedException.class)
          .isThrownBy(() -> registry.submit(version(1)));
    }
  }

  @Test
  @DisplayName("refuses an account that is no address, or is misspelt, before anything is submitted")
  void refusesWhatIsNoAddress() {
    try (EthereumRegistry registry = chain.open("alice")) {
      for (String wrong : List.of("ed25519:abc", "0x12",
          "0xF39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
          "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266")) {
        assertThatIllegalArgumentException().as(wrong)
            .isThrownBy(() -> registry.submit(
                new GrantRole(MODEL, AccountId.of(wrong), Role.TRAINER)))
            .withMessageContaining(wrong);
      }
      assertThat(registry.anchor(org.modelledger.model.LogOrigin.of("acme.example/receipts"),
          AccountId.of("ed25519:abc"))).isEmpty();
      assertThatIllegalArgumentException().isThrownBy(
          () -> registry.submit(new SubmissionId(new UUID(0, 0)), new CreateModel(MODEL)));
    }
  }

  @Test
  @DisplayName("lets one client at a time have an outbox, for one account on one registry")
  void guardsTheOutbox() throws Exception {
    Path outbox = home.resolve("outbox");
    try (EthereumRegistry registry = EthereumRegistry.open(chain.writing("alice", outbox))) {
      registry.submit(new CreateModel(MODEL)).await(FINAL);
      assertThatExceptionOfType(LedgerUnavailableException.class)
          .isThrownBy(() -> EthereumRegistry.open(chain.writing("alice", outbox)))
          .withMessageContaining(outbox.toString());
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> EthereumRegistry.open(chain.writing("bob", outbox)))
        .withMessageContaining(chain.account("alice").value());
  }

  @Test
  @DisplayName("does the same with one command a transaction, and by a WebSocket")
  void worksCommandByCommand() throws Exception {
    try (EthereumRegistry registry = EthereumRegistry
        .open(chain.writing("alice", home.resolve("one"))
            .withBatch(1)
            .withWindow(8)
            .withWebSocket(node.webSocket().toString()))) {
      List<Submission<? extends LedgerEvent>> submissions = new ArrayList<>();
      submissions.add(registry.submit(new CreateModel(MODEL)));
      for (int i = 1; i <= 40; i++) {
        submissions.add(registry.submit(version(i)));
      }

      List<LedgerEvent> events = new ArrayList<>();
      for (Submission<? extends LedgerEvent> submission : submissions) {
        events.add(submission.await(FINAL));
      }

      assertThat(events).extracting(e -> e.header().transactionId()).doesNotHaveDuplicates();
      assertThat(((ModelTrained) events.get(40)).version()).isEqualTo(MODEL.version(40));
      assertThat(registry.history(LedgerPosition.START, 100)).isEqualTo(events);
    }
  }

  @Test
  @DisplayName("sends one request at a time to a node that lets no nonce wait for another")
  void sendsInOrderWhereItMust() throws Exception {
    long next = node.rpc()
        .quantity("eth_getTransactionCount", chain.account("alice").value(), "pending")
        .longValueExact();
    try (StrictNode strict = new StrictNode(node.http(), next);
        EthereumRegistry registry = EthereumRegistry.open(EthereumRegistryOptions
            .writing(strict.url(), chain.deployment().contract(), chain.chainId(),
                Chain.signer(chain.testAccount("alice")), home.resolve("strict"))
            .withFinality(Finality.latest())
            .withBatch(1)
            .withWindow(256))) {
      registry.submit(new CreateModel(MODEL)).await(FINAL);
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int i = 1; i <= 400; i++) {
        submissions.add(registry.submit(version(i)));
      }
      long number = 0;
      for (Submission<ModelTrained> submission : submissions) {
        assertThat(submission.await(FINAL).version().number()).isEqualTo(++number);
      }

      assertThat(strict.refused).hasPositiveValue();
      // what was under way when it learned of it
      assertThat(strict.besideOthers).hasValueLessThan(2);
      assertThat(registry.history(LedgerPosition.START, 1_000)).hasSize(401);
    }
  }

  @Test
  @DisplayName("has many commands in one transaction, which their events share")
  void gathersCommands() throws Exception {
    try (EthereumRegistry registry = chain.open("alice")) {
      registry.submit(new CreateModel(MODEL)).await(FINAL);
      List<Submission<ModelTrained>> submissions = new ArrayList<>();
      for (int i = 1; i <= 500; i++) {
        submissions.add(registry.submit(version(i)));
      }
      long number = 0;
      Set<String> transactions = new HashSet<>();
      for (Submission<ModelTrained> submission : submissions) {
        ModelTrained trained = submission.await(FINAL);
        assertThat(trained.version().number()).isEqualTo(++number);
        transactions.add(trained.header().transactionId());
      }
      assertThat(transactions.size()).isLessThan(400);
    }
  }

  @Test
  @DisplayName("finds by its id what another client of the account submitted before, and only that")
  void findsWhatAnotherClientSubmitted() throws Exception {
    SubmissionId refused = SubmissionId.random();
    SubmissionId accepted = SubmissionId.random();
    try (EthereumRegistry one = chain.open("alice")) {
      one.submit(accepted, new CreateModel(MODEL)).await(FINAL);
      assertThatThrownBy(() -> one.submit(refused, new CreateModel(MODEL)).await(FINAL))
          .isInstanceOf(org.modelledger.registry.AlreadyExistsException.class);
    }
    try (EthereumRegistry other = chain.open("alice")) {
      assertThat(other.resume(accepted).orElseThrow().command()).isEqualTo(new CreateModel(MODEL));
      Submission<?> again = other.resume(refused).orElseThrow();
      assertThat(again.command()).isEqualTo((Command<?>) new CreateModel(MODEL));
      assertThatThrownBy(again::poll)
          .isInstanceOf(org.modelledger.registry.AlreadyExistsException.class);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> other.submit(refused, new CreateModel(ModelName.of("other"))));
      assertThat(other.resume(SubmissionId.random())).isEmpty();
    }
  }
}
