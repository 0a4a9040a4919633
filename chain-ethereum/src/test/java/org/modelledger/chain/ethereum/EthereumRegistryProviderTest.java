package org.modelledger.chain.ethereum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.ProviderOptions;

/** Options that are wrong are named before anything is opened. */
class EthereumRegistryProviderTest {
  private static final ProviderOptions READING = ProviderOptions.fromUri(
      "ethereum:http://127.0.0.1:1?contract=0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045");

  private static void refuses(ProviderOptions options, String... parts) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new EthereumRegistryProvider().open(options))
        .satisfies(e -> assertThat(e).message().contains(parts));
  }

  @Test
  void namesWhatIsMissing() {
    refuses(ProviderOptions.empty().with(ProviderOptions.LOCATION, "http://127.0.0.1:1"),
        "contract");
    refuses(READING.with("key", "k.json"), "chain-id");
    refuses(READING.with("key", "k.json").with("chain-id", "1"), "outbox");
    refuses(READING.with("key", "k.json").with("chain-id", "1").with("outbox", "o"),
        "password-file");
    refuses(READING.with("outbox", "o"), "outbox", "key");
  }

  @Test
  void namesWhatIsWrong() {
    Map<String, List<String>> wrong = Map.of("chain-id", List.of("0", "x", "-1"), "finality",
        List.of("soon", "-1", "1.5"), "batch", List.of("0", "1025"), "window", List.of("0"),
        "max-fee", List.of("0", "-1", "ten", "0.0000000001"), "poll", List.of("PT0S", "1s"),
        "timeout", List.of("PT0S"), "from-block", List.of("-1"), "contract",
        List.of("acme", "0x12", "0xD8dA6BF26964aF9D7eEd9e03E53415D37aA96045"), "web-socket",
        List.of("http://127.0.0.1:1"));
    wrong.forEach((option, values) -> values.forEach(value -> refuses(READING.with(option, value),
        option.equals("web-socket") ? "URL" : option)));
    refuses(READING.with(ProviderOptions.LOCATION, "127.0.0.1:8545"), "URL");
  }

  @Test
  void readsEveryFinality() {
    for (String text : List.of("finalized", "safe", "latest", "1", "64")) {
      assertThat(Finality.parse(text)).hasToString(text);
    }
    assertThat(Finality.parse("0")).isEqualTo(Finality.latest());
    assertThat(Finality.parse("12")).isEqualTo(Finality.confirmations(12))
        .isNotEqualTo(Finality.confirmations(13));
  }

  @Test
  void showsNoSecretOfTheUrl() {
    assertThat(
        EthereumRegistryOptions.reading("https://user:secret@node.example/v3/s3cret?k=s3cret",
            "0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045"))
        .hasToString(
            "EthereumRegistryOptions[https://node.example,"
                + " 0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045]");
  }
}
