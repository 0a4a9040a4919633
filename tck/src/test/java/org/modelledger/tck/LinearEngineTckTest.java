package org.modelledger.tck;

/** The tests pass where the contract is kept. */
class LinearEngineTckTest extends FaultyEngineTck {
  @Override
  LinearFault fault() {
    return LinearFault.NONE;
  }
}
