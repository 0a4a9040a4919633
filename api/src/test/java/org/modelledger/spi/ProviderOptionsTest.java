package org.modelledger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderOptionsTest {
  @ParameterizedTest
  @CsvSource({"local:./ledger, local, ./ledger", "a:b, a, b",
      "acme-quorum:/x/y z, acme-quorum, /x/y z",
      "ethereum:https://node.example:8545/a=b&c, ethereum, https://node.example:8545/a=b&c",
      "local:a%20b%2Fc, local, a b/c", "local:100%25, local, 100%", "local:a+b, local, a+b",
      "local:gr%C3%B6%C3%9Fe, local, größe", "local:größe, local, größe",
      "local:C:\\x, local, C:\\x"})
  void readAUri(String uri, String scheme, String location) {
    assertThat(ProviderOptions.scheme(uri)).isEqualTo(scheme);
    assertThat(ProviderOptions.fromUri(uri).get(ProviderOptions.LOCATION)).isEqualTo(location);
    assertThat(ProviderOptions.fromUri(uri).names()).containsExactly("location");
  }

  @Test
  void readTheOptionsOfAUri() {
    ProviderOptions options = ProviderOptions
        .fromUri("local:./ledger?key=a%3Db%26c&empty=&n%20m=x=y&plus=1+1");

    assertThat(options.names()).containsExactly("empty", "key", "location", "n m", "plus");
    assertThat(options.get("key")).isEqualTo("a=b&c");
    assertThat(options.get("empty")).isEmpty();
    assertThat(options.get("n m")).isEqualTo("x=y");
    assertThat(options.get("plus")).isEqualTo("1+1");
    assertThat(ProviderOptions.fromUri("local:x?").names()).containsExactly("location");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "local", "local:", "local:?a=b", ":x", "Local:x", "1a:x", "-a:x",
      "a b:x",
      "local:x#y", "local:x?a=b#y", "/path"})
  void refuseWhatIsNoUri(String uri) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.fromUri(uri))
        .withMessageContaining("scheme:location?name=value");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.scheme(uri));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local:x?a", "local:x?=b", "local:x?a=b&", "local:x?&a=b",
      "local:x?a=b&&c=d"})
  void refuseOptionsWithoutANameOrAValue(String uri) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.fromUri(uri))
        .withMessageContaining("name=value");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local:x?a=b&a=c", "local:x?location=y", "local:x?a=b&%61=c"})
  void refuseAnOptionThatIsGivenTwice(String uri) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.fromUri(uri))
        .withMessageContaining("given twice");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local:%", "local:%4", "local:%zz", "local:%-1", "local:% 1",
      "local:x?a=%g0",
      "local:x?%=b", "local:%+1"})
  void refuseABrokenPercentEncoding(String uri) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.fromUri(uri))
        .withMessageContaining("two hexadecimal digits");
  }

  @ParameterizedTest
  @ValueSource(strings = {"local:%ff", "local:%C3", "local:%C3x", "local:%c0%af", "local:%ed%a0%80",
      "local:x?a=%80"})
  void refuseWhatIsNotUtf8(String uri) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.fromUri(uri))
        .withMessageContaining("UTF-8");
  }

  @Test
  void neverShowAValue() {
    ProviderOptions options = ProviderOptions.fromUri("local:s3cret?password=s3cret");

    assertThat(options).hasToString("ProviderOptions[location, password]");
    for (String uri : new String[]{"local:x?s3cret", "s3cret", "local:s3cret#", "local:x?a=s3cret%",
        "local:s3cret%ff", "local:x?a=s3cret&a=s3cret"}) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> ProviderOptions.fromUri(uri))
          .satisfies(e -> assertThat(e).message().doesNotContain("s3cret"));
    }
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.requireKnown("location"))
        .satisfies(e -> assertThat(e).message().doesNotContain("s3cret"));
    assertThatExceptionOfType(ConfigurationException.class).isThrownBy(() -> options.get("user"))
        .satisfies(e -> assertThat(e).message().doesNotContain("s3cret"));
  }

  @Test
  void refuseWhatNobodyReads() {
    ProviderOptions options = ProviderOptions.empty().with("rpc.ulr", "x");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> options.requireKnown("rpc.url", "key"))
        .withMessage("unknown option 'rpc.ulr'; known options: [key, rpc.url]");
    assertThat(options.requireKnown("rpc.ulr")).isSameAs(options);
    assertThat(ProviderOptions.empty().requireKnown().names()).isEmpty();
  }

  @Test
  void areImmutable() {
    Map<String, String> map = new HashMap<>(Map.of("a", "1"));
    ProviderOptions options = ProviderOptions.of(map);

    map.put("b", "2");
    options.with("c", "3");
    options.without("a");

    assertThat(options.names()).containsExactly("a");
    assertThat(options.with("a", "9").get("a")).isEqualTo("9");
    assertThat(options.without("a").names()).isEmpty();
    assertThat(options.without("unheard-of").names()).containsExactly("a");
  }

  @Test
  void nameWhatIsMissing() {
    assertThat(ProviderOptions.empty().find("key")).isEmpty();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.empty().with("a", "1").get("key"))
        .withMessageContaining("'key'")
        .withMessageContaining("[a]");
  }

  @Test
  void readPaths() {
    assertThat(ProviderOptions.empty().with("dir", "a/b").findPath("dir"))
        .contains(Path.of("a", "b"));
    assertThat(ProviderOptions.empty().findPath("dir")).isEmpty();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ProviderOptions.empty().with("dir", "a\u0000").findPath("dir"))
        .withMessageContaining("'dir'");
  }

  @Test
  void readNumbersWithinTheirRange() {
    ProviderOptions options = ProviderOptions.empty().with("n", "5");

    assertThat(options.getLong("n", 1, 5, 5)).isEqualTo(5);
    assertThat(options.getLong("m", 1, 5, 5)).isEqualTo(1);
    for (String wrong : new String[]{"4", "6", "", "x", "5.0", " 5", "99999999999999999999"}) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> options.with("n", wrong).getLong("n", 1, 5, 5))
          .withMessageContaining("'n' is '" + wrong + "'")
          .withMessageContaining("from 5 to 5");
    }
  }

  @Test
  void readDurations() {
    ProviderOptions options = ProviderOptions.empty().with("d", "PT0.5S");

    assertThat(options.getDuration("d", Duration.ZERO)).isEqualTo(Duration.ofMillis(500));
    assertThat(options.getDuration("e", Duration.ZERO)).isEqualTo(Duration.ZERO);
    for (String wrong : new String[]{"-PT1S", "5", "", "1s"}) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> options.with("d", wrong).getDuration("d", Duration.ZERO))
          .withMessageContaining("'d'")
          .withMessageContaining("PT0.5S");
    }
  }
}
