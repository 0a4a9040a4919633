package org.modelledger.chain.fabric;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.hyperledger.fabric.client.identity.Signers;
import org.modelledger.fabric.devpeer.BlockCutting;
import org.modelledger.fabric.devpeer.DevIdentity;
import org.modelledger.fabric.devpeer.DevPeer;
import org.modelledger.model.AccountId;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.tck.RegistryFixture;

/** A development peer of two organisations with the registry on it, and directories for clients. */
final class DevNetwork implements RegistryFixture {
  static final List<String> ORGANIZATIONS = List.of("Org1MSP", "Org2MSP");

  final DevPeer peer;
  private final Path home;
  private final Map<String, DevIdentity> identities = new HashMap<>();
  private final Map<String, Integer> open = new HashMap<>();

  DevNetwork(Chaincode chaincode, Path home) throws IOException {
    this(chaincode, home, builder -> builder);
  }

  DevNetwork(Chaincode chaincode, Path home, UnaryOperator<DevPeer.Builder> more)
      throws IOException {
    this.home = home;
    DevPeer.Builder builder = DevPeer.builder()
        .chaincode("registry", chaincode.address())
        .blockCutting(new BlockCutting(500, 2 << 20, Duration.ofMillis(20)))
        .connectTimeout(Duration.ofSeconds(60));
    ORGANIZATIONS.forEach(builder::organization);
    this.peer = more.apply(builder).start();
  }

  /** Members of both organisations take turns. */
  DevIdentity devIdentity(String alias) {
    return identities.computeIfAbsent(alias, name -> peer
        .enroll(ORGANIZATIONS.get(identities.size() % ORGANIZATIONS.size()), name));
  }

  FabricIdentity identity(String alias) {
    return identity(devIdentity(alias));
  }

  static FabricIdentity identity(DevIdentity identity) {
    return FabricIdentity.of(identity.mspId(), identity.certificate(),
        Signers.newPrivateKeySigner(identity.privateKey()));
  }

  List<String> peers(String alias) {
    String own = devIdentity(alias).mspId();
    String other = ORGANIZATIONS.get(1 - ORGANIZATIONS.indexOf(own));
    return List.of(peer.endpoint(own), peer.endpoint(other));
  }

  FabricRegistryOptions writing(String alias, Path directory) {
    return FabricRegistryOptions.writing(peers(alias), peer.channel(), identity(alias), directory);
  }

  FabricRegistryOptions reading() {
    return FabricRegistryOptions.reading(peers("reader"), peer.channel(), identity("reader"));
  }

  @Override
  public AccountId account(String alias) {
    return identity(alias).account();
  }

  @Override
  public FabricRegistry open(String alias) throws InterruptedException {
    int client = open.merge(alias, 1, Integer::sum);
    return FabricRegistry.open(writing(alias, home.resolve(alias + "-" + client)));
  }

  @Override
  public ModelRegistry openReader() throws InterruptedException {
    return FabricRegistry.open(reading());
  }

  @Override
  public void restart() {
    open.clear(); // the directories are the same again
  }

  @Override
  public void close() {
    peer.close();
  }
}
