package org.modelledger.model;

import java.util.Objects;

/**
 * Who acts on a registry, in the words of that registry: {@code ed25519:…} on the local ledger, an
 * address on Ethereum, an MSP id and subject on Fabric. Opaque; compared letter by letter.
 *
 * @param value 1 to 512 visible ASCII characters, no spaces
 */
public record AccountId(String value) implements Comparable<AccountId> {
  /** The greatest length in characters. */
  public static final int MAX_LENGTH = 512;

  /** @throws InvalidNameException if the value does not follow the grammar */
  public AccountId {
    Objects.requireNonNull(value, "value");
    if (value.isEmpty() || value.length() > MAX_LENGTH || !Names.isVisibleAscii(value)) {
      throw new InvalidNameException("account", value,
          "1 to 512 visible ASCII characters without spaces");
    }
  }

  /**
   * Returns the name with this value.
   *
   * @throws InvalidNameException if the value does not follow the grammar
   */
  public static AccountId of(String value) {
    return new AccountId(value);
  }

  @Override
  public int compareTo(AccountId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
