package org.modelledger.chain.ethereum;

import java.math.BigInteger;
import java.util.Optional;

/**
 * A block's header, as far as it matters here.
 *
 * @param seconds when it was made, since 1970
 * @param baseFee in wei; empty on chains without (EIP-1559)
 */
record Block(long number, String hash, String parent, long seconds, long gasLimit,
    Optional<BigInteger> baseFee) {}
