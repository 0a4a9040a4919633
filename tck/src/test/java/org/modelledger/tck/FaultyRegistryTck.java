package org.modelledger.tck;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** The registry's tests over a ledger that is broken on purpose; run by {@link RegistryTckTest}. */
class FaultyRegistryTck extends ModelRegistryTck {
  static final AtomicReference<RegistryFault> FAULT = new AtomicReference<>(RegistryFault.NONE);

  @Override
  protected RegistryFixture newLedger() {
    return new InMemoryLedger(FAULT.get());
  }

  @Override
  protected Duration finalityTimeout() {
    // what a broken ledger does not do is waited for in vain
    return Duration.ofSeconds(FAULT.get() == RegistryFault.NONE ? 60 : 2);
  }

  @Override
  protected int pipelineDepth() {
    return 200;
  }
}
