/**
 * What the registry's chaincode on Hyperledger Fabric and its clients say to each other.
 *
 * <p>A client calls a {@link org.modelledger.chain.fabric.protocol.ChaincodeFunction} with texts as arguments:
 * a command by itself ({@link org.modelledger.chain.fabric.protocol.FabricCommands}), or many in a
 * {@link org.modelledger.chain.fabric.protocol.Batch}. What came of them is the payload of the
 * transaction's one chaincode event, {@link org.modelledger.chain.fabric.protocol.Outcomes}. Reads
 * answer with the {@code …State} records, as JSON. All of it is written down, with examples, in
 * {@code docs/formats/fabric.md}.
 *
 * <p>Knows neither the chaincode's libraries nor the client's. Writing is deterministic: equal values
 * are equal bytes.
 */
@NullMarked
package org.modelledger.chain.fabric.protocol;

import org.jspecify.annotations.NullMarked;
