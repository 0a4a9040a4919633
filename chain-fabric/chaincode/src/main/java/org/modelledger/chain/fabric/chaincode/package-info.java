/**
 * The registry's rules as a chaincode of Hyperledger Fabric, run as a service: a process of its own,
 * which peers call.
 *
 * <p>{@link org.modelledger.chain.fabric.chaincode.Main} starts it. {@code RegistryContract} is what it
 * does, over the small interface {@code State}: nothing below it knows Fabric, has a clock or draws
 * random numbers, so that every endorsing peer comes to the same result. {@code RegistryRules} are the
 * rules, {@code Keys} the layout of what is kept; {@code docs/fabric-chaincode.md} says how to install
 * and upgrade it, {@code docs/formats/fabric.md} what it speaks.
 */
@NullMarked
package org.modelledger.chain.fabric.chaincode;

import org.jspecify.annotations.NullMarked;
