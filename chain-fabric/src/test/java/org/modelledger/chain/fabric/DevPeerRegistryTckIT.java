package org.modelledger.chain.fabric;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.tck.ModelRegistryTck;
import org.modelledger.tck.RegistryFixture;

/** The contract of every registry, on a development peer. */
class DevPeerRegistryTckIT extends ModelRegistryTck {
  @RegisterExtension
  static final Chaincode CHAINCODE = new Chaincode();

  @TempDir
  Path home;

  @Override
  protected RegistryFixture newLedger() throws Exception {
    return new DevNetwork(CHAINCODE, home);
  }
}
