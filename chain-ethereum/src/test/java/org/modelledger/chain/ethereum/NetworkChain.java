package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.ml.exact.IntegerNetwork;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.testnet.AnvilNode;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/** A registry on a node, with one model, for tests of its networks. */
final class NetworkChain implements AutoCloseable {
  static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final long GREATEST_TRANSACTION = 16_777_216; // EIP-7825

  final ModelName model = ModelName.of("acme/digits");
  final String contract;
  final EthereumSigner owner;
  final ContractNetworks networks;
  private final AnvilNode node;
  private long version;

  NetworkChain(AnvilNode node) {
    this.node = node;
    this.owner = signer(node, 0);
    String code = ModelRegistry.BINARY.strip().replaceFirst("^0x", "");
    this.contract = String.valueOf(send(owner, null,
        "0x" + code + FunctionEncoder.encodeConstructor(List.of(new Address("0x0"))))
        .get("contractAddress"));
    this.networks = ContractNetworks.open(node.http().toString(), contract);
    call(owner, ModelRegistry.FUNC_CREATEMODEL, new Utf8String(model.value()));
  }

  static EthereumSigner signer(AnvilNode node, int account) {
    return EthereumSigner.inMemory(
        HexFormat.of().parseHex(node.accounts().get(account).privateKey().substring(2)));
  }

  /** Registers files as the next version. */
  ModelVersionId register(ModelFiles files) {
    MessageDigest root = Digest.sha256();
    for (String name : ArtifactOrder.sorted(files.names())) {
      root.update(Digest.sha256(files.read(name)).bytes());
    }
    version++;
    call(owner, ModelRegistry.FUNC_TRAINMODEL, new Utf8String(model.value()),
        new Bytes32(root.digest()), new Bytes32(new Uint256Bytes(version).bytes()));
    return model.version(version);
  }

  /** Registers a network and stores it. */
  ModelVersionId put(IntegerNetwork network) throws InterruptedException {
    ModelVersionId id = register(network.files());
    var unused = networks.store(id, network.files(), owner, TIMEOUT);
    return id;
  }

  /** What a call of inferModel uses, with the 21,000 and the calldata that a transaction pays for. */
  long gas(ModelVersionId id, byte[] input) {
    Map<String, Object> call = Map.of("to", contract, "data",
        encode(ModelRegistry.FUNC_INFERMODEL, new Utf8String(model.value()),
            new Uint256(id.number()), new DynamicBytes(input)),
        "gas", "0x77359400");
    Object gas = node.rpc()
        .object("debug_traceCall", call, "latest", Map.of("tracer", "callTracer"))
        .orElseThrow()
        .getOrDefault("gasUsed", "0x0");
    return new BigInteger(String.valueOf(gas).substring(2), 16).longValueExact();
  }

  void call(EthereumSigner from, String function, Type<?>... arguments) {
    var unused = send(from, contract, encode(function, arguments));
  }

  private static String encode(String function, Type<?>... arguments) {
    return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
  }

  private Map<String, Object> send(EthereumSigner from, @Nullable String to,
      String data) {
    Map<String, Object> transaction = new LinkedHashMap<>();
    transaction.put("from", from.account().value());
    if (to != null) {
      transaction.put("to", to);
    }
    transaction.put("data", data);
    transaction.put("gas", "0x" + Long.toHexString(GREATEST_TRANSACTION));
    String hash = node.rpc().text("eth_sendTransaction", transaction);
    Map<String, Object> receipt = receipt(hash);
    if (!"0x1".equals(receipt.get("status"))) {
      throw new AssertionError("reverted: " + receipt);
    }
    return receipt;
  }

  private Map<String, Object> receipt(String transaction) {
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      Optional<Map<String, Object>> receipt = node.rpc()
          .object("eth_getTransactionReceipt", transaction);
      if (receipt.isPresent()) {
        return receipt.get();
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new AssertionError("transaction " + transaction + " is in no block");
      }
    }
  }

  /** A number as 32 bytes. */
  private record Uint256Bytes(long number) {
    byte[] bytes() {
      return ByteBuffer.allocate(32).putLong(24, number).array();
    }
  }

  @Override
  public void close() {
    networks.close();
    owner.close();
  }
}
