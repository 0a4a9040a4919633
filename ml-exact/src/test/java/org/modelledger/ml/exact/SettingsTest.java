package org.modelledger.ml.exact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.TrainingSpec;

class SettingsTest {

  @Test
  void hasDefaults() {
    Settings settings = Settings.of(TrainingSpec.builder("mlp").build());
    assertThat(settings).isEqualTo(new Settings(false, List.of(64), Network.Activation.RELU,
        new Settings.Optimizer.Adam(0.9, 0.999, 1e-8), 20, 32, 0.001, 1, 0, 0, 0, 1, false, 0,
        Optional.empty()));
    assertThat(Settings
        .of(TrainingSpec.builder("softmax-regression").parameter("optimizer", "sgd").build()))
        .isEqualTo(new Settings(false, List.of(), Network.Activation.RELU,
            new Settings.Optimizer.Sgd(0.9), 20, 32,
            0.1, 1, 0, 0, 0, 1, false, 0, Optional.empty()));
  }

  @Test
  void theTypedSpecificationsSayTheSame() {
    TrainingSpec mlp = new MlpSpec("x", "y").hidden(8, 4)
        .tanh()
        .float64()
        .epochs(3)
        .batchSize(5)
        .sgd(0.5, 0.25)
        .learningRateDecay(0.75)
        .weightDecay(0.125)
        .inputScale(2)
        .standardize()
        .classes(3)
        .validationFraction(0.5)
        .patience(2)
        .seed(9)
        .toTrainingSpec();
    assertThat(mlp.algorithm()).isEqualTo("mlp");
    assertThat(mlp.features()).isEqualTo("x");
    assertThat(mlp.target()).isEqualTo("y");
    assertThat(mlp.seed()).isEqualTo(9);
    assertThat(Settings.of(mlp))
        .isEqualTo(new Settings(true, List.of(8, 4), Network.Activation.TANH,
            new Settings.Optimizer.Sgd(0.25), 3, 5, 0.5, 0.75, 0.125, 0.5, 2, 2, true, 3,
            Optional.empty()));
    TrainingSpec softmax = new SoftmaxSpec("x", "y").float32().adam(0.5).toTrainingSpec();
    assertThat(softmax.algorithm()).isEqualTo("softmax-regression");
    assertThat(Settings.of(softmax).learningRate()).isEqualTo(0.5);
    TrainingSpec cnn = new CnnSpec("x", "y").image(1, 8, 8)
        .filters(4, 5)
        .kernel(5)
        .hidden(7, 6)
        .tanh()
        .relu()
        .toTrainingSpec();
    assertThat(cnn.algorithm()).isEqualTo("cnn");
    assertThat(Settings.of(cnn).hidden()).containsExactly(7, 6);
    assertThat(Settings.of(cnn).images())
        .contains(new Images(List.of(1, 8, 8), List.of(4, 5), 5));
    assertThat(Settings.of(new CnnSpec("x", "y").hidden().toTrainingSpec()).hidden()).isEmpty();
    assertThat(Settings.of(TrainingSpec.builder("cnn").build()).images())
        .contains(new Images(List.of(), List.of(16, 32), 3));
    assertThat(Settings.of(new MlpSpec("x", "y").relu().toTrainingSpec()).activation())
        .isEqualTo(Network.Activation.RELU);
  }

  @Test
  void refusesAnUnknownAlgorithm() {
    assertThatThrownBy(() -> Settings.of(TrainingSpec.builder("forest").build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'forest'", "softmax-regression", "mlp");
  }

  @Test
  void refusesAnUnknownHyperParameterAndListsTheKnown() {
    assertThatThrownBy(() -> Settings.of(TrainingSpec.builder("mlp").parameter("epoch", 3).build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'epoch'", "epochs", "hidden", "beta1");
    assertThatThrownBy(
        () -> Settings
            .of(TrainingSpec.builder("softmax-regression").parameter("hidden", 3).build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'hidden'");
    assertThatThrownBy(
        () -> Settings.of(TrainingSpec.builder("mlp").parameter("momentum", 0.5).build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'momentum'", "optimizer adam");
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', value = {"epochs|0|1 to 1000000", "epochs|1.5|whole number",
      "epochs|many|whole number",
      "batchSize|0|1 to 1048576", "learningRate|0|number from", "learningRate|NaN|number from",
      "learningRate|-1|number from", "learningRate|fast|number from", "learningRateDecay|1.5|1.0",
      "weightDecay|-0.1|0.0", "validationFraction|1|number from", "patience|-1|0 to",
      "inputScale|0|other than 0",
      "standardize|yes|[true, false]", "classes|1|2 to 65536",
      "precision|float16|[float32, float64]",
      "optimizer|lbfgs|[adam, sgd]", "hidden|64,0|joined by commas", "hidden|''|joined by commas",
      "hidden|64;32|joined by commas", "activation|gelu|[relu, tanh]", "beta1|1|number from",
      "epsilon|0|number from"})
  void refusesWhatIsOutOfRange(String name, String value, String expected) {
    assertThatThrownBy(
        () -> Settings.of(TrainingSpec.builder("mlp").parameter(name, value).build()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll("'" + name + "'", "'" + value + "'", expected);
  }
}
