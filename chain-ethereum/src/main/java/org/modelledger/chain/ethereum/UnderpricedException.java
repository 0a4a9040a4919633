package org.modelledger.chain.ethereum;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * Transactions cost more than the options allow. What was submitted waits in its outbox, and goes out
 * once fees have fallen or the limit was raised.
 */
public final class UnderpricedException extends LedgerUnavailableException {
  private static final long serialVersionUID = 1L;

  private final BigInteger wantedWei;
  private final BigInteger limitWei;

  UnderpricedException(long chainId, BigInteger wantedWei, BigInteger limitWei) {
    super("a unit of gas on chain " + chainId + " costs " + gwei(wantedWei)
        + " gwei now, and the limit is " + gwei(limitWei)
        + " gwei; wait for lower fees or raise the option max-fee");
    this.wantedWei = wantedWei;
    this.limitWei = limitWei;
  }

  private static String gwei(BigInteger wei) {
    return new BigDecimal(wei, 9).stripTrailingZeros().toPlainString();
  }

  /** Returns what a unit of gas costs, in wei. */
  public BigInteger wantedWei() {
    return wantedWei;
  }

  /** Returns what it may cost at most, in wei. */
  public BigInteger limitWei() {
    return limitWei;
  }
}
