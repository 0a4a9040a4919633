package org.modelledger.chain.fabric.chaincode;

import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;

/** The rules as every backend has to keep them; over the contract, without a network. */
class RegistryContractTckTest extends ModelRegistryTck {
  @Override
  protected RegistryFixture newLedger() {
    return new ChaincodeLedger(Seeds.seed());
  }
}
