package org.modelledger.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.name.Named;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.modelledger.AttestedModel;
import org.modelledger.Inference;
import org.modelledger.ModelLedger;
import org.modelledger.inference.Tensor;
import org.modelledger.inference.Tensors;
import org.modelledger.receipt.ReceiptLog;
import org.modelledger.registry.ModelVersion;
import org.modelledger.training.Dataset;
import org.modelledger.training.Trainer;
import org.modelledger.training.TrainingListener;
import org.modelledger.training.TrainingSpec;
import org.modelledger.verification.Verifier;

/** An application: one part of it makes models, the other runs what is in production. */
class ScoringServiceTest {
  /** Makes and deploys models. */
  static final class Workshop {
    private final ModelLedger ledger;
    private final Trainer trainer;

    @Inject
    Workshop(ModelLedger ledger, @Named("exact") Trainer trainer) {
      this.ledger = ledger;
      this.trainer = trainer;
    }

    ModelVersion release(Dataset data) throws InterruptedException {
      TrainingSpec spec = TrainingSpec.builder("softmax-regression")
          .parameter("epochs", 50)
          .build();
      ModelVersion version = ledger.register("acme/scoring",
          trainer.train(spec, data, TrainingListener.NONE));
      ledger.deploy(version, "production");
      return version;
    }
  }

  // @start region="service"
  /** Scores cases with what is in production. */
  static final class ScoringService {
    private final AttestedModel model;

    @Inject
    ScoringService(@Named("acme/scoring@production") AttestedModel model) {
      this.model = model;
    }

    Inference score(String caseNumber, float income, float debt) throws InterruptedException {
      return model.infer(Tensors.of("features", Tensor.of(new float[]{income, debt}, 1, 2)),
          Map.of("case", caseNumber));
    }
  }
  // @end

  @TempDir
  Path directory;

  @Test
  void trainsDeploysAndScoresThroughInjectedObjects() throws Exception {
    // @start region="module"
    ModelLedger.Builder builder = ModelLedger.builder("local:" + directory.resolve("ledger"));
    Injector injector = Guice.createInjector(ModelLedgerModule.of(builder)
        .withTrainer("exact")
        .withModel("acme/scoring@production"));
    // @end
    try {
      ModelVersion released = injector.getInstance(Workshop.class).release(payers());

      ScoringService scoring = injector.getInstance(ScoringService.class);
      Inference decision = scoring.score("4711", 9, 1);
      long index = decision.receipt().await(Duration.ofMinutes(1)).index();

      assertThat(decision.outputs().names()).isNotEmpty();
      assertThat(decision.receipt().await(Duration.ZERO).receipt().version())
          .isEqualTo(released.id());
      injector.getInstance(Verifier.class)
          .verify(injector.getInstance(ReceiptLog.class).proof(index));
    } finally {
      ModelLedgerModule.close(injector);
    }
  }

  /** Who earns more than they owe pays. */
  private static Dataset payers() {
    float[] features = new float[200];
    long[] labels = new long[100];
    for (int i = 0; i < labels.length; i++) {
      int income = i % 10;
      int debt = i / 10;
      features[2 * i] = income;
      features[2 * i + 1] = debt;
      labels[i] = income > debt ? 1 : 0;
    }
    return Dataset.of("payers", Tensors.of("features", Tensor.of(features, labels.length, 2),
        "label", Tensor.of(labels, labels.length)));
  }
}
