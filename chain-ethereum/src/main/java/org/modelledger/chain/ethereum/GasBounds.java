package org.modelledger.chain.ethereum;

import java.nio.ByteBuffer;
import org.modelledger.registry.SubmissionId;

/**
 * The most gas that a transaction to the contract's {@code execute} uses, whatever the state of the registry: the sum of
 * {@link #TRANSACTION}, {@link #BUCKET} for each run of submissions whose ids differ in the last byte only, and
 * {@link #submission} for each submission.
 *
 * <p>On a chain that charges for storage and calldata as Ethereum does these are bounds and not far from what is used;
 * {@code GasBoundsIT} measures both. A chain that charges otherwise, such as one that adds the cost of publishing
 * calldata elsewhere, has to be asked once by {@code eth_estimateGas}.
 */
final class GasBounds {
  /** A transaction without submissions, the first one of a lane. */
  static final long TRANSACTION = 47_000;

  /** Marking ids that share all bytes but the last one. */
  static final long BUCKET = 22_500;

  /** Asking one predecessor, when a model is created in a registry that has one. */
  static final long PREDECESSOR = 12_000;

  private static final int WORD = 32;
  private static final int SELECTOR = 4;

  // EIP-2028 and EIP-7623: a byte of calldata is 1 token if it is zero, else 4
  private static final long PER_TOKEN = 4;
  private static final long LEAST_PER_TOKEN = 10;

  /** The words around a command: where it is, its id, where its bytes begin, how many they are. */
  private static final long TOKENS_AROUND = 3 * (WORD + 3 * 3) + 16 + 16 * 4;

  /** A refusal is an event with the command and the error. */
  private static final long REFUSAL = 7_000;
  private static final long REFUSAL_PER_BYTE = 10;

  /** One more word of the name of an environment. */
  private static final long STORED_WORD = 22_400;

  private static final long LAST_BYTE = 0xff;

  private GasBounds() {}

  /** Whether the contract keeps the marks of both in one word. */
  static boolean shareABucket(SubmissionId one, SubmissionId other) {
    return one.value().getMostSignificantBits() == other.value().getMostSignificantBits()
        && (one.value().getLeastSignificantBits() | LAST_BYTE) == (other.value()
            .getLeastSignificantBits() | LAST_BYTE);
  }

  /**
   * Returns the most gas that one submission adds.
   *
   * @param command the ABI call of a verb
   */
  static long submission(byte[] command) {
    long tokens = TOKENS_AROUND + WORD - command.length % WORD;
    for (byte b : command) {
      tokens += b == 0 ? 1 : 4;
    }
    long refused = REFUSAL + REFUSAL_PER_BYTE * command.length;
    long work = Math.max(refused, accepted(command));
    return Math.max(PER_TOKEN * tokens + work, LEAST_PER_TOKEN * tokens);
  }

  /** What a command may write for the first time, and for each of its bytes what hashing, checking and logging take. */
  private static long accepted(byte[] command) {
    if (command.length < SELECTOR) {
      return 0;
    }
    Verb verb = Verb.of(ByteBuffer.wrap(command).getInt());
    long gas = verb.fixed + verb.perByte * command.length;
    if (verb == Verb.DEPLOY) {
      gas += STORED_WORD * wordsOfEnvironment(command);
    }
    return gas;
  }

  /** The words of an environment's name that do not fit beside its length. */
  private static long wordsOfEnvironment(byte[] command) {
    ByteBuffer arguments = ByteBuffer.wrap(command, SELECTOR, command.length - SELECTOR).slice();
    int offset = arguments.getInt(3 * WORD - Integer.BYTES);
    int length = arguments.getInt(offset + WORD - Integer.BYTES);
    return length < WORD ? 0 : (length + WORD - 1) / WORD;
  }

  private enum Verb {
    CREATE(0x45b07cdd, 27_500, 22), TRAIN(0xa97f6ec0, 80_500, 15), DEPLOY(0x0cb8c530, 84_000,
        40), UNDEPLOY(0xfabc4d34, 16_000, 15), REVOKE_VERSION(0xf2d75ac5, 56_000, 15), GRANT_ROLE(
            0xf0eb13ac, 79_000, 15), REVOKE_ROLE(0x4206026b, 33_000, 15), OFFER(0xc0e793c2, 31_000,
                15), ACCEPT(0xff83f562, 16_000, 15), ANCHOR(0x2f4027e4, 47_500, 22);

    private final int selector;
    private final long fixed;
    private final long perByte;

    Verb(int selector, long fixed, long perByte) {
      this.selector = selector;
      this.fixed = fixed;
      this.perByte = perByte;
    }

    /** What is not a verb is refused; the greatest bound does for it. */
    static Verb of(int selector) {
      for (Verb verb : values()) {
        if (verb.selector == selector) {
          return verb;
        }
      }
      return DEPLOY;
    }
  }
}
