package org.modelledger.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Modifier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.spi.Provider;
import org.modelledger.spi.ProviderOptions;
import org.modelledger.spi.Providers;

/**
 * The contract of {@link org.modelledger.spi.Provider} as tests, for one provider.
 *
 * @param <P> the kind: {@code ModelRegistryProvider}, {@code TrainerProvider} or {@code
 *     InferenceEngineProvider}
 */
@DisplayName("Provider")
public abstract class ProviderTck<P extends Provider<?>> {
  /** Returns the kind of provider, as {@code META-INF/services} has it. */
  protected abstract Class<P> kind();

  /** Returns the provider's own class. */
  protected abstract Class<? extends P> implementation();

  /**
   * Returns options with which the provider opens a service; the last one is closed when it is asked
   * for the next.
   *
   * @throws Exception if there are none; the test fails with it
   */
  protected abstract ProviderOptions options() throws Exception;

  private P newProvider() throws Exception {
    return implementation().getConstructor().newInstance();
  }

  @Test
  @DisplayName("is a public class with a public constructor without arguments")
  void isConstructed() throws Exception {
    assertThat(Modifier.isPublic(implementation().getModifiers())).isTrue();
    assertThat(newProvider()).isInstanceOf(kind());
  }

  @Test
  @DisplayName("has a name of the grammar [a-z][a-z0-9-]*, always the same")
  void hasAName() throws Exception {
    assertThat(newProvider().name()).matches("[a-z][a-z0-9-]*").isEqualTo(newProvider().name());
  }

  @Test
  @DisplayName("is found by its name")
  void isFound() throws Exception {
    assertThat(Providers.of(kind(), implementation().getClassLoader()).get(newProvider().name()))
        .isInstanceOf(implementation());
  }

  @Test
  @DisplayName("opens a new service each time, which the caller closes")
  void opensAService() throws Exception {
    P provider = newProvider();
    AutoCloseable first = provider.open(options());
    first.close();
    AutoCloseable second = provider.open(options());
    second.close();

    assertThat(second).isNotSameAs(first);
  }

  @Test
  @DisplayName("refuses an unknown option by its name, lists the known ones and shows no value")
  void refusesAnUnknownOption() throws Exception {
    ProviderOptions options = options();
    var refusal = assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> newProvider().open(options.with("unheard.of", "s3cret-value")))
        .withMessageContaining("unheard.of")
        .satisfies(e -> assertThat(e).message().doesNotContain("s3cret-value"));

    for (String known : options.names()) {
      refusal.withMessageContaining(known);
    }
  }
}
