/**
 * A Hyperledger Fabric peer for development and tests, in one process.
 *
 * <p>Start at {@link org.modelledger.fabric.devpeer.DevPeer}. It serves the real Gateway service (Evaluate, Endorse,
 * Submit, CommitStatus, ChaincodeEvents) and block delivery, and speaks the real chaincode stream protocol to chaincode
 * that runs as a service. Identities and signatures are verified, endorsement policies are enforced over several
 * organisations, transactions have read/write sets and are validated as Fabric validates them: versions, phantoms,
 * policies of single keys. There is no consensus, no TLS and no disk, and it is not for production.
 *
 * <p>It depends on nothing else of this project, and is of use to whoever develops for Fabric on the JVM.
 */
@NullMarked
package org.modelledger.fabric.devpeer;

import org.jspecify.annotations.NullMarked;
