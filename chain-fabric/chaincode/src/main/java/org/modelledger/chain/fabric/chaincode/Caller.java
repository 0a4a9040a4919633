package org.modelledger.chain.fabric.chaincode;

import org.modelledger.model.AccountId;

/**
 * Who calls.
 *
 * @param permissions what its certificate may be used for at most
 */
record Caller(AccountId account, Permissions permissions) {}
