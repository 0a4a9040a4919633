package org.modelledger.chain.ethereum;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.modelledger.model.AccountId;
import org.modelledger.registry.ModelRegistry;
import org.modelledger.tck.RegistryFixture;
import org.modelledger.testnet.EthereumNode;
import org.modelledger.testnet.TestAccount;

/** A contract of its own on a node, and outboxes in a directory: one for each client that is open. */
final class Chain implements RegistryFixture {
  private static final Duration DEPLOYMENT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(100);

  private final EthereumNode node;
  private final Path home;
  private final Finality finality;
  private final RegistryDeployment deployment;
  private final Map<String, TestAccount> accounts = new HashMap<>();
  private final Map<String, Integer> open = new HashMap<>();

  Chain(EthereumNode node, Path home, Finality finality) throws InterruptedException {
    this.node = node;
    this.home = home;
    this.finality = finality;
    List<TestAccount> all = node.accounts();
    try (EthereumSigner deployer = signer(all.get(all.size() - 1))) {
      this.deployment = EthereumRegistry.deploy(node.http().toString(), node.chainId(), deployer,
          DEPLOYMENT);
    }
  }

  static EthereumSigner signer(TestAccount account) {
    return EthereumSigner.inMemory(HexFormat.of()
        .parseHex(account.privateKey(), 2, account.privateKey().length()));
  }

  long chainId() {
    return node.chainId();
  }

  Finality finality() {
    return finality;
  }

  RegistryDeployment deployment() {
    return deployment;
  }

  TestAccount testAccount(String alias) {
    return accounts.computeIfAbsent(alias, a -> node.accounts().get(accounts.size()));
  }

  @Override
  public AccountId account(String alias) {
    return Accounts.of(testAccount(alias).address());
  }

  EthereumRegistryOptions writing(String alias, Path outbox) {
    return EthereumRegistryOptions
        .writing(node.http().toString(), deployment.contract(), node.chainId(),
            signer(testAccount(alias)), outbox)
        .withFinality(finality)
        .withPollInterval(POLL)
        .withFromBlock(deployment.block());
  }

  EthereumRegistryOptions reading() {
    return EthereumRegistryOptions.reading(node.http().toString(), deployment.contract())
        .withFinality(finality)
        .withPollInterval(POLL)
        .withFromBlock(deployment.block());
  }

  @Override
  public EthereumRegistry open(String alias) {
    int client = open.merge(alias, 1, Integer::sum);
    return EthereumRegistry.open(writing(alias, home.resolve(alias + "-" + client)));
  }

  @Override
  public ModelRegistry openReader() {
    return EthereumRegistry.open(reading());
  }

  @Override
  public void restart() {
    open.clear(); // the outboxes are the same again
  }

  @Override
  public void close() {
    // the contract stays, as on every chain
  }
}
