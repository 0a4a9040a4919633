package org.modelledger.tck;

/** The tests pass where the contract is kept. */
class LinearTrainerTckTest extends FaultyTrainerTck {
  @Override
  LinearFault fault() {
    return LinearFault.NONE;
  }
}
