package org.modelledger.testnet.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A directory laid out as Fabric's, whose programs are scripts: for what happens when one of them fails. */
final class FakeFabric {
  private FakeFabric() {}

  static FabricBinaries in(Path home) throws IOException {
    for (String name : new String[]{"cryptogen", "configtxgen", "orderer", "osnadmin", "peer"}) {
      program(home, name, "exit 0");
    }
    Files.createDirectories(home.resolve("config"));
    Files.writeString(home.resolve("config/core.yaml"), "");
    Files.writeString(home.resolve("config/orderer.yaml"), "");
    return new FabricBinaries(home);
  }

  static void program(Path home, String name, String script) throws IOException {
    Path file = Files.createDirectories(home.resolve("bin")).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }
}
