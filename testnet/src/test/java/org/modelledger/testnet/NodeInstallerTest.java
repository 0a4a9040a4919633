package org.modelledger.testnet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeInstallerTest {
  @Test
  void keepsProgramsWhereTheUserSays() {
    Map<String, String> environment = Map.of("MODELLEDGER_TESTNET_CACHE", "/env", "XDG_CACHE_HOME",
        "/xdg");

    assertThat(NodeInstaller.userCache("/property", environment, "/home/u"))
        .isEqualTo(Path.of("/property"));
    assertThat(NodeInstaller.userCache(null, environment, "/home/u")).isEqualTo(Path.of("/env"));
    assertThat(NodeInstaller.userCache("", Map.of("XDG_CACHE_HOME", "/xdg"), "/home/u"))
        .isEqualTo(Path.of("/xdg/modelledger/testnet"));
    assertThat(NodeInstaller.userCache(null, Map.of(), "/home/u"))
        .isEqualTo(Path.of("/home/u/.cache/modelledger/testnet"));
  }

  @Test
  void namesPlatformsAsTheRegistriesDo() {
    assertThat(NodeInstaller.platform("anvil", "Linux", "amd64")).isEqualTo("linux-amd64");
    assertThat(NodeInstaller.platform("anvil", "Linux", "aarch64")).isEqualTo("linux-arm64");
    assertThat(NodeInstaller.platform("geth", "Mac OS X", "aarch64")).isEqualTo("darwin-arm64");
    assertThatThrownBy(() -> NodeInstaller.platform("geth", "Plan 9", "amd64"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("Plan 9");
  }

  @Test
  void takesWhatIsInstalledWithoutAskingARegistry(@TempDir Path cache)
      throws IOException, InterruptedException {
    String platform = NodeInstaller.platform("anvil", System.getProperty("os.name"),
        System.getProperty("os.arch"));
    Path program = cache.resolve("anvil-" + NodeInstaller.ANVIL_VERSION + "-" + platform)
        .resolve("bin/anvil");
    Files.createDirectories(program.resolveSibling(""));
    Files.createFile(program);
    assertThat(program.toFile().setExecutable(true)).isTrue();

    assertThat(NodeInstaller.of(cache).anvil()).isEqualTo(program);
  }

  @Test
  void saysWhichProgramIsMissingAndWhatFor() {
    assertThatThrownBy(
        () -> NodeInstaller.onPath("no-such-npm", "Node.js with npm", "/bin:/usr/bin"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("'no-such-npm' is not on the PATH (/bin:/usr/bin)")
        .hasMessageContaining("Node.js with npm");
  }

  @Test
  void showsWhatAFailedInstallationPrinted(@TempDir Path scratch) {
    assertThatThrownBy(() -> NodeInstaller.run(scratch, Map.of(), "ls", "ls", "/no/such/directory"))
        .isInstanceOf(TestnetException.class)
        .hasMessageContaining("/no/such/directory' ended with")
        .hasMessageContaining("No such file");
  }

  @Test
  void knowsWhichProgramsThereAre() {
    assertThatThrownBy(() -> NodeInstaller.main("parity"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anvil and geth");
  }

  @Test
  void optionsWithTheSameSettingsAreEqual() {
    assertThat(AnvilOptions.builder().chainId(5).blockTime(Duration.ofMillis(100)).build())
        .isEqualTo(AnvilOptions.builder().blockTime(Duration.ofMillis(100)).chainId(5).build())
        .isNotEqualTo(AnvilOptions.builder().chainId(5).build())
        .hasToString("--chain-id 5 --accounts 10 --block-time 0.1");
    assertThat(GethOptions.builder().blockTime(Duration.ofSeconds(1)).build())
        .isEqualTo(GethOptions.builder().blockTime(Duration.ofSeconds(1)).build())
        .isNotEqualTo(GethOptions.DEFAULT);
    assertThat(GethOptions.builder().gasLimit(30_000_000).build())
        .isNotEqualTo(GethOptions.DEFAULT);
  }

  @Test
  void refusesSettingsThatNoNodeTakes() {
    assertThatThrownBy(() -> AnvilOptions.builder().chainId(0))
        .hasMessageContaining("chain id is 0");
    assertThatThrownBy(() -> AnvilOptions.builder().accounts(9)).hasMessageContaining("10 or more");
    assertThatThrownBy(() -> AnvilOptions.builder().blockTime(Duration.ofNanos(1)))
        .hasMessageContaining("block time");
    assertThatThrownBy(() -> AnvilOptions.builder().gasLimit(20_999)).hasMessageContaining("21000");
    assertThatThrownBy(() -> AnvilOptions.builder().baseFee(BigInteger.ONE.negate()))
        .hasMessageContaining("-1");
    assertThatThrownBy(
        () -> AnvilOptions.builder().noMining().blockTime(Duration.ofSeconds(1)).build())
        .hasMessageContaining("not both");
    assertThatThrownBy(() -> GethOptions.builder().blockTime(Duration.ofMillis(500)))
        .hasMessageContaining("PT0.5S");
    assertThatThrownBy(() -> GethOptions.builder().chainId(0))
        .hasMessageContaining("chain id is 0");
    assertThatThrownBy(() -> GethOptions.builder().gasLimit(0))
        .hasMessageContaining("gas limit is 0");
  }

  @Test
  void accountsHaveAnAddressAndAKeyAndDoNotShowTheKey() {
    TestAccount account = TestAccount.wellKnown().get(0);

    assertThat(account.toString()).isEqualTo("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
    assertThatThrownBy(() -> new TestAccount("0x12", account.privateKey()))
        .hasMessageContaining("0x12");
    assertThatThrownBy(() -> new TestAccount(account.address(), "0x1234"))
        .hasMessageContaining("private key")
        .hasMessageNotContaining("1234");
  }
}
