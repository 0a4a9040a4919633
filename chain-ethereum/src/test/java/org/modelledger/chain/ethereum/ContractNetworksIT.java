package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.ml.exact.IntegerLayer;
import org.modelledger.ml.exact.IntegerNetwork;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.AlreadyExistsException;
import org.modelledger.registry.NotAuthorizedException;
import org.modelledger.registry.NotFoundException;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.NodeExtension;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;
import org.web3j.abi.datatypes.generated.Uint8;

/** Holds the contract to what `ml-exact` computes, on an anvil. */
class ContractNetworksIT {
  private static final long SEED = Long.getLong("modelledger.seed", System.nanoTime());
  private static final long FIXED_SEED = 1;
  /** Gas may differ by what else is in the registry, which moves its functions. */
  private static final double GAS_TOLERANCE = 0.01;

  private static final Path PAGE = Path.of(System.getProperty("basedir", "."))
      .toAbsolutePath()
      .normalize()
      .resolveSibling("docs/ethereum-inference.md");

  @RegisterExtension
  static final NodeExtension<AnvilNode> ANVIL = NodeExtension
      .anvil(AnvilOptions.builder().gasLimit(60_000_000).build());

  private static NetworkChain chain;

  @BeforeAll
  static void deploy() {
    chain = new NetworkChain(ANVIL.node());
  }

  @AfterAll
  static void close() {
    chain.close();
  }

  private static void agrees(IntegerNetwork network, byte[]... inputs)
      throws InterruptedException {
    ModelVersionId id = chain.put(network);
    for (byte[] input : inputs) {
      assertThat(chain.networks.infer(id, input)).as("%s of %s", network, Arrays.toString(input))
          .containsExactly(network.run(input));
    }
  }

  @Test
  void agreesWithJavaOverRandomNetworks(TestReporter reporter) throws InterruptedException {
    reporter.publishEntry("modelledger.seed", Long.toString(SEED));
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = 0; i < 40; i++) {
      IntegerNetwork network = IntegerNetworks.any(random);
      agrees(network, IntegerNetworks.bytes(random, network.inputs()),
          IntegerNetworks.bytes(random, network.inputs()),
          IntegerNetworks.filled(network.inputs(), 0),
          IntegerNetworks.filled(network.inputs(), 255));
    }
  }

  @Test
  void agreesAtTheEndsOfEveryRange() throws InterruptedException {
    for (int weight : new int[]{-128, 0, 127}) {
      for (int bias : new int[]{-IntegerLayer.MAX_BIAS, IntegerLayer.MAX_BIAS - 1}) {
        // the greatest multiplier saturates, the greatest shift leaves 0
        agrees(IntegerNetworks.uniform(weight, bias, 65535, 0, 33, 65, 3),
            IntegerNetworks.filled(33, 0), IntegerNetworks.filled(33, 255));
        agrees(IntegerNetworks.uniform(weight, bias, 1, 47, 33, 65, 3),
            IntegerNetworks.filled(33, 255));
      }
    }
    // just below, at and just above 255
    agrees(IntegerNetworks.uniform(1, 0, 1, 0, 1, 1, 1), new byte[]{(byte) 254},
        new byte[]{(byte) 255});
    agrees(IntegerNetworks.uniform(1, 1, 1, 0, 1, 1, 1), new byte[]{(byte) 254},
        new byte[]{(byte) 255});
    agrees(IntegerNetworks.uniform(-1, 1, 1, 0, 1, 1, 1), new byte[]{0}, new byte[]{1},
        new byte[]{2});
  }

  @Test
  void agreesForOneNeuronAndForManyLayers() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(FIXED_SEED);
    agrees(IntegerNetworks.uniform(-3, 7, 1, 0, 1, 1), new byte[]{9}, new byte[]{(byte) 200});
    int[] narrow = new int[IntegerNetwork.MAX_LAYERS + 1];
    Arrays.fill(narrow, 1);
    agrees(IntegerNetworks.uniform(1, 1, 1, 0, narrow), new byte[]{0}, new byte[]{100});
    int[] many = new int[40];
    Arrays.fill(many, 33);
    agrees(IntegerNetworks.any(random, many), IntegerNetworks.bytes(random, 33));
  }

  @Test
  void agreesForTheWidestLayers() throws InterruptedException {
    int widest = IntegerLayer.MAX_WIDTH;
    agrees(IntegerNetworks.uniform(127, IntegerLayer.MAX_BIAS - 1, 1, 0, widest, 2),
        IntegerNetworks.filled(widest, 255));
    SplittableRandom random = new SplittableRandom(FIXED_SEED);
    agrees(IntegerNetworks.any(random, 3, 20_000, 2), IntegerNetworks.bytes(random, 3));
  }

  @Test
  void storesAgainWhatIsMissingAndNothingTwice() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(SEED);
    IntegerNetwork network = IntegerNetworks.any(random, 784, 64, 10);
    Map<String, byte[]> files = new HashMap<>();
    network.files().names().forEach(name -> files.put(name, network.files().read(name)));
    // files around the network; '/' is less than any letter, but segments are compared first
    files.put("README.md", new byte[]{1});
    files.put("network.int8.txt", new byte[]{2});
    files.put("tokenizer/a", new byte[]{3});
    ModelFiles artifact = ModelFiles.of(files);
    ModelVersionId id = chain.register(artifact);
    assertThat(chain.networks.network(id)).isEmpty();
    assertThatThrownBy(() -> chain.networks.infer(id, new byte[784]))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("the contract holds no network of " + id);
    // as after a crash: one file is there already
    chain.call(chain.owner, ModelRegistry.FUNC_STOREFILE,
        new org.web3j.abi.datatypes.DynamicBytes(network.chunks().get(1)));

    ContractNetwork stored = chain.networks.store(id, artifact, chain.owner, NetworkChain.TIMEOUT);

    assertThat(stored.inputs()).isEqualTo(784);
    assertThat(stored.outputs()).isEqualTo(10);
    assertThat(stored.length()).isEqualTo(network.bytes().length);
    byte[] input = IntegerNetworks.bytes(random, 784);
    assertThat(chain.networks.infer(id, input)).containsExactly(network.run(input));
    long nonce = nonce(chain.owner);
    assertThatThrownBy(
        () -> chain.networks.store(id, artifact, chain.owner, NetworkChain.TIMEOUT))
        .isInstanceOf(AlreadyExistsException.class)
        .hasMessage("the network of " + id + " is stored already");
    // the same network under another version costs no file again
    files.put("README.md", new byte[]{4});
    ModelVersionId other = chain.register(ModelFiles.of(files));
    long before = nonce(chain.owner);
    chain.networks.store(other, ModelFiles.of(files), chain.owner, NetworkChain.TIMEOUT);
    assertThat(nonce(chain.owner) - before).isEqualTo(1);
    assertThat(before - nonce).as("registering").isEqualTo(1);
  }

  private static long nonce(EthereumSigner signer) {
    return ANVIL.node()
        .rpc()
        .quantity("eth_getTransactionCount", signer.account().value(), "latest")
        .longValueExact();
  }

  @Test
  void refusesInputsOfAnotherLengthAndVersionsThatAreNone() throws InterruptedException {
    ModelVersionId id = chain.put(IntegerNetworks.uniform(1, 2, 1, 0, 5, 3));
    for (int length : new int[]{0, 4, 6, 32, 1000}) {
      assertThatThrownBy(() -> chain.networks.infer(id, new byte[length]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the network of " + id + " takes 5 inputs, not " + length);
    }
    assertThatThrownBy(() -> chain.networks.infer(chain.model.version(99_999), new byte[5]))
        .isInstanceOf(NotFoundException.class);
    IntegerNetwork network = IntegerNetworks.uniform(1, 3, 1, 0, 5, 3);
    assertThatThrownBy(() -> chain.networks.store(chain.model.version(99_999), network.files(),
        chain.owner, NetworkChain.TIMEOUT)).isInstanceOf(NotFoundException.class)
        .hasMessageContaining("there is no version acme/digits");
  }

  @Test
  void onlyTrainersAndTheOwnerStore() throws InterruptedException {
    IntegerNetwork network = IntegerNetworks.uniform(1, 4, 1, 0, 5, 3);
    ModelVersionId id = chain.register(network.files());
    try (EthereumSigner other = NetworkChain.signer(ANVIL.node(), 1)) {
      assertThatThrownBy(
          () -> chain.networks.store(id, network.files(), other, NetworkChain.TIMEOUT))
          .isInstanceOf(NotAuthorizedException.class)
          .hasMessageContaining("needs the role TRAINER on acme/digits");
      assertThat(nonce(other)).as("no gas was spent").isZero();
      chain.call(chain.owner, ModelRegistry.FUNC_GRANTROLE, new Utf8String("acme/digits"),
          new Address(other.account().value()), new Uint8(0));

      chain.networks.store(id, network.files(), other, NetworkChain.TIMEOUT);

      assertThat(chain.networks.infer(id, new byte[5])).containsExactly(4, 4, 4);
    }
  }

  @Test
  void whoCannotPayIsTold() throws InterruptedException {
    IntegerNetwork network = IntegerNetworks.uniform(1, 9, 1, 0, 5, 3);
    ModelVersionId id = chain.register(network.files());
    try (EthereumSigner poor = EthereumSigner.random()) {
      chain.call(chain.owner, ModelRegistry.FUNC_GRANTROLE, new Utf8String("acme/digits"),
          new Address(poor.account().value()), new Uint8(0));
      assertThatThrownBy(
          () -> chain.networks.store(id, network.files(), poor, NetworkChain.TIMEOUT))
          .isInstanceOf(InsufficientFundsException.class)
          .hasMessageContaining(poor.account().value());
    }
  }

  @Test
  void aVersionThatWasRevokedStillAnswers() throws InterruptedException {
    IntegerNetwork network = IntegerNetworks.uniform(1, 5, 1, 0, 5, 3);
    ModelVersionId id = chain.register(network.files());
    chain.call(chain.owner, ModelRegistry.FUNC_REVOKEVERSION, new Utf8String("acme/digits"),
        new Uint256(id.number()), new Bytes32(new byte[32]));

    chain.networks.store(id, network.files(), chain.owner, NetworkChain.TIMEOUT);

    assertThat(chain.networks.infer(id, new byte[5])).containsExactly(5, 5, 5);
  }

  @Test
  void onlyTheFilesOfTheArtifactAreItsNetwork() throws InterruptedException {
    IntegerNetwork network = IntegerNetworks.uniform(1, 6, 1, 0, 5, 3);
    IntegerNetwork another = IntegerNetworks.uniform(1, 7, 1, 0, 5, 3);
    ModelVersionId id = chain.register(network.files());
    assertThatThrownBy(
        () -> chain.networks.store(id, another.files(), chain.owner, NetworkChain.TIMEOUT))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("the artifact of " + id + " is");
    ModelFiles none = ModelFiles.of(Map.of("model.onnx", new byte[]{1}));
    ModelVersionId onnx = chain.register(none);
    assertThatThrownBy(() -> chain.networks.store(onnx, none, chain.owner, NetworkChain.TIMEOUT))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("expected network.int8/0000");
  }

  @Test
  void refusesFilesThatAreNoNetwork() {
    byte[] good = IntegerNetworks.uniform(1, 8, 3, 2, 5, 40, 3).bytes();
    List<Integer> places = List.of(0, 7, 8, 9, 10, 11, 14, 15, 32, 33, 34, 40, 42);
    for (int place : places) {
      byte[] bytes = good.clone();
      bytes[place] ^= (byte) (place == 34 || place == 35 ? 0 : 0x85);
      if (place == 34) {
        bytes[34] = 0;
        bytes[35] = 0;
      }
      isNoNetwork(bytes);
    }
    isNoNetwork(Arrays.copyOf(good, good.length - 1));
    isNoNetwork(Arrays.copyOf(good, good.length + 1));
    isNoNetwork(new byte[1]);
    isNoNetwork(Arrays.copyOf(good, 40));
  }

  private static void isNoNetwork(byte[] bytes) {
    ModelFiles files = ModelFiles.of(Map.of("network.int8/0000", bytes));
    assertThatThrownBy(() -> IntegerNetwork.read(files)).isInstanceOf(ModelFormatException.class);
    ModelVersionId id = chain.register(files);
    assertThatThrownBy(
        () -> chain.networks.store(id, files, chain.owner, Duration.ofMinutes(1)))
        .as("%s", Arrays.toString(bytes))
        .isInstanceOf(ModelFormatException.class)
        .hasMessageContaining("are not an integer network");
  }

  /**
   * What running costs. After a change that is meant to change it, write what the failure shows into
   * docs/ethereum-inference.md.
   */
  @Test
  void costsTheGasThatIsWrittenDown() throws IOException, InterruptedException {
    Map<String, Long> measured = new TreeMap<>();
    for (int[] widths : List.of(new int[]{64, 10}, new int[]{64, 16, 10}, new int[]{64, 128, 10},
        new int[]{784, 128, 64, 10})) {
      measured.put(name(widths), gas(widths));
    }
    Map<String, Long> recorded = recorded();
    measured.forEach((name, gas) -> assertThat((double) gas).as("%s of %s", name, measured)
        .isCloseTo(recorded.getOrDefault(name, 0L), Percentage
            .withPercentage(100 * GAS_TOLERANCE)));
    assertThat(measured.get("64-16-10")).isLessThan(100_000);
  }

  /** 4.2 million parameters in a call of 30 million gas, and at most 7 gas for each. */
  @Test
  void runsFourMillionParametersInThirtyMillionGas(TestReporter reporter)
      throws IOException, InterruptedException {
    int[] widths = {2048, 2048, 10};
    SplittableRandom random = new SplittableRandom(FIXED_SEED);
    IntegerNetwork network = IntegerNetworks.any(random, widths);
    ModelVersionId id = chain.put(network);
    byte[] input = IntegerNetworks.bytes(random, network.inputs());

    long gas = chain.gas(id, input);

    reporter.publishEntry(name(widths), network.parameters() + " parameters, " + gas + " gas");
    assertThat(network.parameters()).isGreaterThan(4_000_000);
    assertThat(gas).isLessThan(30_000_000);
    assertThat((double) gas).isCloseTo(recorded().getOrDefault(name(widths), 0L),
        Percentage.withPercentage(100 * GAS_TOLERANCE));
    assertThat((double) gas / network.parameters()).isLessThanOrEqualTo(7);
    assertThat(chain.networks.infer(id, input)).containsExactly(network.run(input));
  }

  private static long gas(int[] widths) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(FIXED_SEED);
    IntegerNetwork network = IntegerNetworks.any(random, widths);
    return chain.gas(chain.put(network), IntegerNetworks.bytes(random, network.inputs()));
  }

  private static String name(int[] widths) {
    return String.join("-", Arrays.stream(widths).mapToObj(Integer::toString).toList());
  }

  /** The column of calls in the page's table of gas. */
  private static Map<String, Long> recorded() throws IOException {
    Map<String, Long> recorded = new TreeMap<>();
    String page = Files.readString(PAGE, StandardCharsets.UTF_8);
    for (String line : page.substring(page.indexOf("| one call |")).lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length > 5 && cells[1].strip().matches("\\d+(-\\d+)+")) {
        recorded.put(cells[1].strip(), Long.valueOf(cells[5].strip().replace(",", "")));
      }
    }
    return recorded;
  }
}
