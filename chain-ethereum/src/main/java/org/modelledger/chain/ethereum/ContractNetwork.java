package org.modelledger.chain.ethereum;

import java.util.Objects;

/**
 * A network that a registry's contract holds.
 *
 * @param table the address of a contract whose code, after a byte 0, has the addresses of the network's
 *     files, 20 bytes each; the code of each, after a byte 0, is the file
 * @param inputs the bytes that it takes
 * @param outputs the scores that it yields
 * @param length its bytes in all
 */
public record ContractNetwork(String table, int inputs, int outputs, long length) {
  public ContractNetwork {
    Objects.requireNonNull(table, "table");
  }
}
