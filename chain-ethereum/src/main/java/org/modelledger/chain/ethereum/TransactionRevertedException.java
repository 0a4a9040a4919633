package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.modelledger.model.ModelLedgerException;

/**
 * A contract took back what a call of it did, with a reason that is none of the registry's refusals: a
 * transaction ran out of gas, or the contract is another one.
 */
public final class TransactionRevertedException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  /** {@code Error(string)}, what {@code require} leaves. */
  private static final String ERROR = "08c379a0";
  /** {@code Panic(uint256)}, what the compiler's checks leave. */
  private static final String PANIC = "4e487b71";
  private static final int MAX_SHOWN = 200;

  private final transient byte[] reason;

  /**
   * @param what was called, such as "execute"
   * @param reason what the contract returned; empty if it returned nothing, as without gas
   */
  TransactionRevertedException(String what, String contract, byte[] reason) {
    super(what + " was reverted by contract " + contract + ": " + describe(reason));
    this.reason = reason.clone();
  }

  /** Says what a reason says, as far as it can be read without the contract's ABI. */
  static String describe(byte[] reason) {
    if (reason.length == 0) {
      return "without a reason, as when there is too little gas or no such function";
    }
    HexFormat hex = HexFormat.of();
    String selector = Abi.selector(reason);
    if (selector.equals(ERROR) && reason.length >= Abi.SELECTOR_BYTES + 2 * Abi.WORD) {
      int length = new BigInteger(1, reason, Abi.SELECTOR_BYTES + Abi.WORD, Abi.WORD)
          .min(BigInteger.valueOf(reason.length - Abi.SELECTOR_BYTES - 2L * Abi.WORD))
          .intValue();
      return "'"
          + new String(reason, Abi.SELECTOR_BYTES + 2 * Abi.WORD, Math.min(length, MAX_SHOWN),
              StandardCharsets.UTF_8)
          + "'";
    }
    if (selector.equals(PANIC) && reason.length == Abi.SELECTOR_BYTES + Abi.WORD) {
      return "panic 0x" + hex.toHexDigits(reason[reason.length - 1]);
    }
    return "0x" + hex.formatHex(reason, 0, Math.min(reason.length, MAX_SHOWN))
        + (reason.length > MAX_SHOWN ? "…" : "");
  }

  /** Returns a copy of what the contract returned, ABI-encoded. */
  public byte[] reason() {
    return reason.clone();
  }
}
