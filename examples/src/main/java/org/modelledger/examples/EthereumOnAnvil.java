package org.modelledger.examples;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.modelledger.chain.ethereum.EthereumRegistry;
import org.modelledger.chain.ethereum.EthereumSigner;
import org.modelledger.chain.ethereum.RegistryDeployment;
import org.modelledger.model.StorageException;
import org.modelledger.testnet.AnvilNode;
import org.modelledger.testnet.AnvilOptions;
import org.modelledger.testnet.TestAccount;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.WalletUtils;
import org.web3j.crypto.exception.CipherException;

/**
 * Ethereum on this machine: anvil, a registry's contract on it, and an account in a keystore file. All
 * that a user of a public network has instead is in {@link #uri()}.
 */
final class EthereumOnAnvil implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String PASSWORD = "public, like the key";

  private final AnvilNode node;
  private final Path directory;
  private final RegistryDeployment registry;
  private final Path key;

  private EthereumOnAnvil(AnvilNode node, Path directory, RegistryDeployment registry, Path key) {
    this.node = node;
    this.directory = directory;
    this.registry = registry;
    this.key = key;
  }

  /**
   * Starts the node, installing it the first time, and puts a registry on its chain.
   *
   * @param directory empty or new; gets the key, the outbox and, in the end, the chain
   */
  static EthereumOnAnvil start(Path directory) throws InterruptedException {
    try {
      Files.createDirectories(directory);
      AnvilNode node = AnvilNode
          .start(AnvilOptions.builder().state(directory.resolve("chain.json")).build());
      boolean started = false;
      try {
        TestAccount account = node.accounts().get(0);
        Path key = directory.resolve("key.json");
        Files.move(directory.resolve(writeKeystore(account, directory)), key);
        Files.writeString(password(directory), PASSWORD + "\n");
        RegistryDeployment registry;
        try (EthereumSigner signer = EthereumSigner.keystore(key, password(directory))) {
          registry = EthereumRegistry.deploy(node.http().toString(), node.chainId(), signer,
              PATIENCE);
        }
        started = true;
        return new EthereumOnAnvil(node, directory, registry, key);
      } finally {
        if (!started) {
          node.close();
        }
      }
    } catch (IOException e) {
      throw new StorageException("set up Ethereum in", directory, e);
    }
  }

  private static String writeKeystore(TestAccount account, Path directory) throws IOException {
    BigInteger secret = new BigInteger(account.privateKey().substring(2), 16);
    try {
      return WalletUtils.generateWalletFile(PASSWORD, ECKeyPair.create(secret), directory.toFile(),
          false);
    } catch (CipherException e) {
      throw new IllegalStateException("the keystore's ciphers are missing", e);
    }
  }

  /** What {@code ModelLedger.open} takes. */
  String uri() {
    return "ethereum:" + node.http() + "?contract=" + registry.contract() + "&chain-id="
        + node.chainId() + "&key=" + encode(key) + "&password-file=" + encode(password(directory))
        + "&outbox=" + encode(directory.resolve("outbox")) + "&finality=latest&poll=PT0.1S";
  }

  private static Path password(Path directory) {
    return directory.resolve("password.txt");
  }

  private static String encode(Path path) {
    return URLEncoder.encode(path.toString(), StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Stops the node, which writes its chain down. */
  @Override
  public void close() {
    node.stop();
    node.close();
  }
}
