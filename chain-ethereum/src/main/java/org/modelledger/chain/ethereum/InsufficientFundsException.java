package org.modelledger.chain.ethereum;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.modelledger.model.AccountId;
import org.modelledger.registry.LedgerUnavailableException;

/**
 * The account cannot pay for its transactions. What it submitted waits in its outbox, and goes out once
 * the account has ether.
 */
public final class InsufficientFundsException extends LedgerUnavailableException {
  private static final long serialVersionUID = 1L;

  private final transient AccountId account;

  /**
   * @param balance in wei, if it is known
   * @param node that said so, or its answer
   */
  InsufficientFundsException(AccountId account, Optional<BigInteger> balance, long chainId,
      String node) {
    super("account " + account + " on chain " + chainId + " cannot pay for its transactions"
        + balance.map(wei -> ": it has " + ether(wei) + " ether").orElse("")
        + " (node " + node + "); send it ether");
    this.account = account;
  }

  private static String ether(BigInteger wei) {
    return new BigDecimal(wei, 18).stripTrailingZeros().toPlainString();
  }

  /** Returns who has to get ether. */
  public AccountId account() {
    return account;
  }
}
