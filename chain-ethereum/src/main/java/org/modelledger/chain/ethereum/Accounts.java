package org.modelledger.chain.ethereum;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.modelledger.model.AccountId;
import org.web3j.crypto.Keys;

/** Addresses as accounts: in the one spelling of EIP-55, since accounts are compared letter by letter. */
final class Accounts {
  private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
  private static final String NOBODY = "0x0000000000000000000000000000000000000000";
  private static final int MAX_CACHED = 10_000;

  private static final Map<String, AccountId> CHECKED = new ConcurrentHashMap<>();

  private Accounts() {}

  static boolean isAddress(String text) {
    return ADDRESS.matcher(text).matches();
  }

  /** Returns the account of an address in any spelling. */
  static AccountId of(String address) {
    AccountId known = CHECKED.get(address);
    if (known != null) {
      return known;
    }
    AccountId account = AccountId.of(checksummed(address));
    if (CHECKED.size() >= MAX_CACHED) {
      CHECKED.clear();
    }
    CHECKED.put(address, account);
    return account;
  }

  static String checksummed(String address) {
    if (!isAddress(address)) {
      throw new IllegalArgumentException(
          "an address is 0x and 40 hexadecimal digits, not " + address);
    }
    return Keys.toChecksumAddress(address);
  }

  /** Returns the account of an address, or empty for the address zero, which is nobody's. */
  static Optional<AccountId> unlessZero(String address) {
    return address.equals(NOBODY) ? Optional.empty() : Optional.of(of(address));
  }

  /** Says whether an account could be on an Ethereum chain. */
  static boolean isAccount(AccountId account) {
    return isAddress(account.value()) && of(account.value()).equals(account);
  }

  /**
   * Returns an account's address.
   *
   * @throws IllegalArgumentException if it is not an address as EIP-55 spells it
   */
  static String address(AccountId account) {
    if (!isAddress(account.value())) {
      throw new IllegalArgumentException("account '" + account
          + "' is no Ethereum address; expected 0x and 40 hexadecimal digits, spelled as EIP-55 has"
          + " it");
    }
    if (!of(account.value()).equals(account)) {
      throw new IllegalArgumentException("account " + account + " is spelled " + of(account.value())
          + " by EIP-55, which tells typing errors");
    }
    return account.value();
  }
}
