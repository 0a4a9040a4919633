package org.modelledger.tck;

/** The tests pass where the contract is kept. */
class InMemoryRegistryTckTest extends ModelRegistryTck {
  @Override
  protected RegistryFixture newLedger() {
    return new InMemoryLedger(RegistryFault.NONE);
  }
}
