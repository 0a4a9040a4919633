package org.modelledger.chain.ethereum;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.modelledger.chain.ethereum.internal.contract.ModelRegistry;
import org.modelledger.registry.SubmissionId;
import org.modelledger.spi.ConfigurationException;
import org.web3j.abi.CustomErrorEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.CustomError;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.abi.datatypes.generated.Uint256;

/** Calls of the contract and their answers. */
final class Abi {
  static final int WORD = 32;
  static final int SELECTOR_BYTES = 4;
  static final int ID_BYTES = 16;

  private static final HexFormat HEX = HexFormat.of();
  /** {@code execute} up to its submissions, without lane and first: the selector. */
  private static final byte[] EXECUTE = executeSelector();

  private Abi() {}

  /** One command of a batch. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Submitted(SubmissionId id, byte[] command) {}

  static byte[] call(String function, Type<?>... arguments) {
    String hex = FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    return HEX.parseHex(hex, 2, hex.length());
  }

  /**
   * Reads what a call returned; empty if there was no contract as of the block, which is so for a while
   * after its deployment in blocks that are final.
   *
   * @throws ConfigurationException if it is not of this type: the contract is another one
   */
  static <T extends Type<?>> Optional<T> find(String answer, Class<T> type) {
    return answer.equals("0x") ? Optional.empty() : Optional.of(result(answer, type));
  }

  /**
   * Reads what a call returned.
   *
   * @throws ConfigurationException if it is not of this type: the contract is another one
   */
  static <T extends Type<?>> T result(String answer, Class<T> type) {
    try {
      return type.cast(AbiValues.Shape.of(type).decode(answer).getFirst());
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException("the contract's answer is " + e.getMessage(), e);
    }
  }

  private static byte[] executeSelector() {
    String whole = FunctionEncoder.encode(new Function(ModelRegistry.FUNC_EXECUTE,
        List.of(new Bytes32(new byte[WORD]), new Uint256(0),
            new org.web3j.abi.datatypes.DynamicArray<>(ModelRegistry.Submission.class, List.of(
                new ModelRegistry.Submission(new byte[ID_BYTES], new byte[0])))),
        List.of()));
    return HEX.parseHex(whole, 2, 2 + 2 * SELECTOR_BYTES);
  }

  /** Returns the selector of a call or an error in hexadecimal digits; fewer where there are fewer bytes. */
  static String selector(byte[] bytes) {
    return HEX.formatHex(bytes, 0, Math.min(SELECTOR_BYTES, bytes.length));
  }

  /** Returns the selector that an error begins with. */
  static String selector(CustomError error) {
    return CustomErrorEncoder.encode(error).substring(2, 2 + 2 * SELECTOR_BYTES);
  }

  /** The bytes that a command takes in {@link #execute}. */
  static int sizeInBatch(byte[] command) {
    return 4 * WORD + padded(command.length); // offset, id, offset, length
  }

  /** The call of {@code execute}; by hand, because it is most of what is ever encoded. */
  static byte[] execute(byte[] lane, long first, List<Submitted> batch) {
    int size = EXECUTE.length + 4 * WORD;
    for (Submitted submitted : batch) {
      size += sizeInBatch(submitted.command());
    }
    ByteBuffer out = ByteBuffer.allocate(size);
    out.put(EXECUTE).put(lane);
    putWord(out, first);
    putWord(out, 3 * WORD);
    putWord(out, batch.size());
    int offset = batch.size() * WORD;
    for (Submitted submitted : batch) {
      putWord(out, offset);
      offset += sizeInBatch(submitted.command()) - WORD;
    }
    for (Submitted submitted : batch) {
      byte[] command = submitted.command();
      out.put(idBytes(submitted.id()));
      out.position(out.position() + WORD - ID_BYTES);
      putWord(out, 2 * WORD);
      putWord(out, command.length);
      out.put(command);
      out.position(out.position() + padded(command.length) - command.length);
    }
    return out.array();
  }

  private static int padded(int length) {
    return (length + WORD - 1) / WORD * WORD;
  }

  private static void putWord(ByteBuffer out, long number) {
    out.position(out.position() + WORD - Long.BYTES);
    out.putLong(number);
  }

  static byte[] idBytes(SubmissionId id) {
    return ByteBuffer.allocate(ID_BYTES)
        .putLong(id.value().getMostSignificantBits())
        .putLong(id.value().getLeastSignificantBits())
        .array();
  }

  /** An id as a topic: in the upper half of the word. */
  static String idTopic(SubmissionId id) {
    return "0x" + HEX.formatHex(idBytes(id)) + "0".repeat(2 * (WORD - ID_BYTES));
  }

  static SubmissionId idOfTopic(String topic) {
    return new SubmissionId(new UUID(Long.parseUnsignedLong(topic, 2, 18, 16),
        Long.parseUnsignedLong(topic, 18, 34, 16)));
  }

  /** A name as a topic: its hash. */
  static String hashTopic(String name) {
    return org.web3j.crypto.Hash.sha3String(name);
  }

  /** An address as a topic: in the lower bytes of the word, in lower case. */
  static String addressTopic(String address) {
    return "0x" + "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
  }
}
