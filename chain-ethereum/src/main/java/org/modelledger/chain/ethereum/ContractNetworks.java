package org.modelledger.chain.ethereum;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.model.Digest;
import org.modelledger.model.ModelFiles;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.model.StorageException;
import org.modelledger.registry.NotFoundException;
import org.web3j.abi.datatypes.DynamicArray;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * Puts the integer networks of models (docs/formats/integer-network.md) into a registry's contract, and has
 * the contract run them. The contract computes the artifact's digest from the files that it holds and takes
 * no others, so its answer is that of the version that was registered: it settles what a version answers to
 * an input. It is not for serving.
 *
 * <p>Safe for use by several threads, but only one at a time may store with the same account; nor may a
 * registry be open for that account meanwhile, since both count its transactions. A {@link
 * org.modelledger.registry.Role#TRAINER} may store. Close it to give back its connections.
 */
public final class ContractNetworks implements AutoCloseable {
  /** What the names of a network's files begin with. */
  private static final String FILES = "network.int8/";
  private static final int WORD_DIGITS = 2 * Abi.WORD;
  private static final int INT_DIGITS = 8;
  private static final int ADDRESS_DIGITS = 40;
  private static final String NOBODY = "0".repeat(ADDRESS_DIGITS);

  private final JsonRpc rpc;
  private final String contract;

  private ContractNetworks(JsonRpc rpc, String contract) {
    this.rpc = rpc;
    this.contract = contract;
  }

  /**
   * Opens a registry's contract.
   *
   * @param node the URL of a node
   * @param contract the address of the registry
   * @throws org.modelledger.spi.ConfigurationException if the URL is not one of http or https
   */
  public static ContractNetworks open(String node, String contract) {
    Objects.requireNonNull(contract, "contract");
    return new ContractNetworks(JsonRpc.open(RpcUrl.http(node), RpcOptions.DEFAULT), contract);
  }

  /**
   * Stores the network of a version: each of its files in a contract of its own, about 220 gas a byte, and
   * then their addresses. Files that are stored already are left out, so whatever ended a call, the next one
   * goes on.
   *
   * @param version a version that is registered; revoked or not
   * @param artifact all files of the version's artifact, among them {@code network.int8/0000} and so on
   * @param signer of the model's owner or of a trainer, who pays
   * @param timeout for each few transactions to get into a block
   * @throws NotFoundException if there is no such version
   * @throws org.modelledger.registry.NotAuthorizedException if the account is neither
   * @throws org.modelledger.registry.AlreadyExistsException if the version has its network; it never changes
   * @throws ModelFormatException if the files are not those of the version's artifact, or hold no network
   * @throws InsufficientFundsException if the account cannot pay
   * @throws org.modelledger.registry.LedgerUnavailableException if the node gives no answer, or the
   *     transactions are in no block in time: call again
   * @throws InterruptedException if interrupted: call again
   */
  public ContractNetwork store(ModelVersionId version, ModelFiles artifact, EthereumSigner signer,
      Duration timeout) throws InterruptedException {
    Objects.requireNonNull(version, "version");
    List<String> names = ArtifactOrder.sorted(artifact.names());
    List<byte[]> digests = new ArrayList<>();
    for (String name : names) {
      digests.add(digest(artifact, name));
    }
    check(version, digests);
    List<String> parts = names.stream().filter(name -> name.startsWith(FILES)).toList();
    if (parts.isEmpty()) {
      throw new ModelFormatException("the artifact of " + version + " has the files " + names
          + "; expected " + FILES + "0000 and so on");
    }
    int first = names.indexOf(parts.getFirst());
    NetworkErrors errors = new NetworkErrors(version, signer.account(), contract);
    Transactions transactions = new Transactions(rpc, signer, contract);
    // before gas is spent on the files
    byte[] binding = Abi.call(ModelRegistry.FUNC_STORENETWORK, name(version), number(version),
        new DynamicArray<>(Bytes32.class, digests.stream().map(Bytes32::new).toList()),
        new Uint256(first), new Uint256(parts.size()));
    errors.rehearse(rpc, binding);
    List<byte[]> calls = new ArrayList<>();
    for (String part : missing(parts, digests.subList(first, first + parts.size()))) {
      calls.add(Abi.call(ModelRegistry.FUNC_STOREFILE, new DynamicBytes(artifact.read(part))));
    }
    transactions.send(calls, timeout, errors);
    transactions.send(List.of(binding), timeout, errors);
    return network(version).orElseThrow(() -> new NotFoundException(
        "the network of " + version + " was stored and is gone; was the chain reorganised?"));
  }

  private static byte[] digest(ModelFiles artifact, String name) {
    MessageDigest sha256 = Digest.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = artifact.open(name)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sha256.update(buffer, 0, read);
      }
    } catch (IOException e) {
      throw new StorageException("cannot read " + name + " of the model: " + e.getMessage(), e);
    }
    return sha256.digest();
  }

  private void check(ModelVersionId version, List<byte[]> digests) {
    String state = read(ModelRegistry.FUNC_VERSION, name(version), number(version));
    if (word(state, 2).endsWith(NOBODY)) {
      throw new NotFoundException("there is no version " + version);
    }
    MessageDigest root = Digest.sha256();
    digests.forEach(root::update);
    Digest actual = Digest.of(root.digest());
    if (!word(state, 0).equals(actual.hex())) {
      throw new ModelFormatException("the artifact of " + version + " is " + word(state, 0)
          + "; the files are " + actual.hex());
    }
  }

  private List<String> missing(List<String> parts, List<byte[]> digests) {
    List<RpcAnswer<String>> answers = rpc.batch(digests.stream()
        .map(digest -> NodeCalls.call(contract,
            NodeCalls.hex(Abi.call(ModelRegistry.FUNC_FILEOF, new Bytes32(digest))),
            NodeCalls.LATEST))
        .toList());
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (word(answers.get(i).get(), 0).endsWith(NOBODY)) {
        missing.add(parts.get(i));
      }
    }
    return missing;
  }

  /** Returns the network of a version; empty if the contract holds none. */
  public Optional<ContractNetwork> network(ModelVersionId version) {
    String state = read(ModelRegistry.FUNC_NETWORK, name(version), number(version));
    String table = word(state, 0).substring(WORD_DIGITS - ADDRESS_DIGITS);
    return table.equals(NOBODY)
        ? Optional.empty()
        : Optional.of(new ContractNetwork("0x" + table, (int) number(state, 1),
            (int) number(state, 2), number(state, 3)));
  }

  /**
   * Has the contract run the network of a version. Costs nothing: it is a call that the node carries out
   * and forgets. The node must allow a call about 6 gas for each weight, and 60,000.
   *
   * @param input one byte for each input
   * @return the scores, one for each output
   * @throws NotFoundException if the contract holds no network of this version
   * @throws IllegalArgumentException if the network takes another number of bytes
   * @throws TransactionRevertedException if the node allows too little gas
   * @throws org.modelledger.registry.LedgerUnavailableException if the node gives no answer
   */
  public int[] infer(ModelVersionId version, byte[] input) {
    String answer;
    try {
      answer = read(ModelRegistry.FUNC_INFERMODEL, name(version), number(version),
          new DynamicBytes(input));
    } catch (RpcErrorException e) {
      throw NetworkErrors.ofInference(e, version, contract);
    }
    int[] scores = new int[(int) number(answer, 1)];
    for (int i = 0; i < scores.length; i++) {
      String word = word(answer, 2 + i);
      scores[i] = Integer.parseUnsignedInt(word, WORD_DIGITS - INT_DIGITS, WORD_DIGITS, 16);
    }
    return scores;
  }

  private static Utf8String name(ModelVersionId version) {
    return new Utf8String(version.model().value());
  }

  private static Uint256 number(ModelVersionId version) {
    return new Uint256(version.number());
  }

  private String read(String function, Type<?>... arguments) {
    return rpc.call(NodeCalls.call(contract, NodeCalls.hex(Abi.call(function, arguments)),
        NodeCalls.LATEST));
  }

  /** Returns the hexadecimal digits of a word of an answer. */
  private static String word(String answer, int index) {
    int from = 2 + WORD_DIGITS * index;
    if (answer.length() < from + WORD_DIGITS) {
      throw new IllegalArgumentException(
          "the contract's answer has no word " + index + ": it is not a registry of ours");
    }
    return answer.substring(from, from + WORD_DIGITS);
  }

  private static long number(String answer, int index) {
    return new BigInteger(word(answer, index), 16).longValueExact();
  }

  /** Gives back the connections. */
  @Override
  public void close() {
    rpc.close();
  }
}
