package org.modelledger.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.inference.Determinism;
import org.modelledger.inference.EngineInfo;
import org.modelledger.training.Dataset;
import org.modelledger.training.TrainedModel;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;

class ProvidersTest {
  @TempDir
  Path directory;

  /** Says what a jar with these providers in META-INF/services would. */
  private URLClassLoader loader(String... classes) throws IOException {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.writeString(services.resolve(TrainerProvider.class.getName()),
        String.join("\n", classes));
    return new URLClassLoader(new URL[]{directory.toUri().toURL()},
        ProvidersTest.class.getClassLoader());
  }

  @Test
  void areFoundByName() throws IOException {
    try (URLClassLoader loader = loader(First.class.getName(), Second.class.getName())) {
      Providers<TrainerProvider> providers = Providers.of(TrainerProvider.class, loader);

      assertThat(providers.asMap()).containsOnlyKeys("first", "second");
      assertThat(providers.get("second")).isInstanceOf(Second.class);
    }
  }

  @Test
  void openByNameWithOptions() throws IOException {
    try (URLClassLoader loader = loader(First.class.getName());
        Trainer trainer = Providers.openTrainer("first",
            ProviderOptions.empty().with("threads", "3"), loader)) {
      assertThat(trainer.info().threads()).isEqualTo(3);
    }
  }

  @Test
  void thatAreNotThereAreReportedWithThoseThatAre() throws IOException {
    try (URLClassLoader loader = loader(First.class.getName(), Second.class.getName())) {
      assertThatExceptionOfType(ProviderNotFoundException.class)
          .isThrownBy(() -> Providers.openTrainer("third", ProviderOptions.empty(), loader))
          .withMessageContaining("'third'")
          .withMessageContaining("[first, second]")
          .withMessageContaining("class path");
    }
    assertThatExceptionOfType(ProviderNotFoundException.class)
        .isThrownBy(() -> Providers.openRegistry("local:./ledger",
            ProvidersTest.class.getClassLoader()))
        .withMessageContaining("installed: []")
        .withMessageContaining("modelledger-chain-local");
    assertThatExceptionOfType(ProviderNotFoundException.class)
        .isThrownBy(() -> Providers.openInferenceEngine("exact", ProviderOptions.empty(),
            ProvidersTest.class.getClassLoader()));
  }

  @Test
  void ofOneNameAreRefusedByTheirClasses() throws IOException {
    try (URLClassLoader loader = loader(First.class.getName(), AlsoFirst.class.getName())) {
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> Providers.of(TrainerProvider.class, loader))
          .withMessageContaining("'first'")
          .withMessageContaining(First.class.getName())
          .withMessageContaining(AlsoFirst.class.getName());
    }
  }

  @Test
  void thatCannotBeCreatedAreRefusedByTheirClass() throws IOException {
    for (String broken : new String[]{Broken.class.getName(), "no.such.Provider",
        ProvidersTest.class.getName()}) {
      try (URLClassLoader loader = loader(First.class.getName(), broken)) {
        assertThatExceptionOfType(ConfigurationException.class)
            .isThrownBy(() -> Providers.of(TrainerProvider.class, loader))
            .withMessageContaining(broken);
      }
    }
  }

  @Test
  void areLookedForAnewEachTime() throws IOException {
    try (URLClassLoader one = loader(First.class.getName())) {
      assertThat(Providers.of(TrainerProvider.class, one).asMap()).containsOnlyKeys("first");
    }
    try (URLClassLoader other = loader(Second.class.getName())) {
      assertThat(Providers.of(TrainerProvider.class, other).asMap()).containsOnlyKeys("second");
    }
  }

  @Test
  void refuseAUriThatIsNone() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () -> Providers.openRegistry("./ledger", ProvidersTest.class.getClassLoader()))
        .withMessageContaining("local:./ledger");
  }

  /** A provider of trainers that do nothing. */
  public static class First implements TrainerProvider {
    public First() {}

    @Override
    public String name() {
      return "first";
    }

    @Override
    public Trainer open(ProviderOptions options) {
      int threads = (int) options.requireKnown("threads").getLong("threads", 1, 1, 8);
      return new IdleTrainer(new EngineInfo(name(), "1", "cpu", threads));
    }
  }

  /** Another one. */
  public static class Second extends First {
    public Second() {}

    @Override
    public String name() {
      return "second";
    }
  }

  /** One that takes a name that is taken. */
  public static class AlsoFirst extends First {
    public AlsoFirst() {}
  }

  /** One that breaks the rule that a constructor never throws. */
  public static class Broken extends First {
    public Broken() {
      throw new IllegalStateException("broken");
    }
  }

  private record IdleTrainer(EngineInfo info) implements Trainer {
    @Override
    public Determinism determinism() {
      return Determinism.NONE;
    }

    @Override
    public TrainedModel train(TrainingSpec spec, Dataset training,
        Optional<Dataset> validation, TrainingListener listener) {
      throw new UnsupportedOperationException("it does nothing");
    }

    @Override
    public void close() {}
  }
}
