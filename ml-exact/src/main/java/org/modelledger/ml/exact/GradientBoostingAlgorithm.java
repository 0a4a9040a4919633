package org.modelledger.ml.exact;

import java.util.Arrays;
import java.util.Optional;
import java.util.SortedMap;
import org.modelledger.spi.ConfigurationException;
import org.modelledger.training.TrainingException;
import org.modelledger.training.TrainingSpec;

/** Gradient-boosted trees. */
final class GradientBoostingAlgorithm implements Algorithm {
  private static final long SPLIT_STREAM = 10;

  @Override
  public Fit understand(TrainingSpec spec, boolean validated) {
    BoostingSettings settings = BoostingSettings.of(spec);
    TreeInputs.checkColumns(spec);
    if (settings.validationFraction() > 0 && validated) {
      throw new ConfigurationException(
          "hyper-parameter 'validationFraction' is '" + settings.validationFraction()
              + "', but a validation set is given; expected only one of the two");
    }
    if (settings.patience() > 0 && !validated && settings.validationFraction() == 0) {
      throw new ConfigurationException("hyper-parameter 'patience' is '" + settings.patience()
          + "', but there is nothing to measure by; expected a validation set or 'validationFraction' above 0");
    }
    return job -> learn(settings, job);
  }

  private static Outcome learn(BoostingSettings settings, Job job) throws InterruptedException {
    TrainingSpec spec = job.spec();
    boolean missing = settings.inputs().missing();
    boolean classifies = settings.classifies();
    FeatureTable all = FeatureTable.read(job.training(), spec, new FeatureTable.Expected(missing,
        classifies, settings.classes(), Optional.empty()), "the training data");
    boolean[] categorical = settings.inputs().categoricalOf(all.features());
    int monotone = settings.rules().monotone().size();
    if (monotone != 0 && monotone != all.features()) {
      throw new ConfigurationException("hyper-parameter 'monotone' has " + monotone
          + " numbers, but the training data has " + all.features() + " features");
    }
    int classes = classifies ? TreeInputs.labels(all, settings.classes(), spec) : 0;
    FeatureTable learned = all;
    Optional<FeatureTable> measured = Optional.empty();
    if (job.validation().isPresent()) {
      measured = Optional.of(FeatureTable.read(job.validation().get(), spec,
          new FeatureTable.Expected(missing, classifies, classes, Optional.of(all)),
          "the validation data"));
    } else if (settings.validationFraction() > 0) {
      int count = (int) (all.rows() * settings.validationFraction());
      if (count == 0) {
        throw new TrainingException("the training data has " + all.rows()
            + " rows, of which validationFraction " + settings.validationFraction()
            + " takes none; expected at least 1");
      }
      int[] order = new int[all.rows()];
      for (int i = 0; i < order.length; i++) {
        order[i] = i;
      }
      Xoshiro256.seeded(spec.seed(), SPLIT_STREAM).shuffle(order);
      Arrays.sort(order, 0, count);
      Arrays.sort(order, count, order.length);
      measured = Optional.of(all.select(Arrays.copyOf(order, count)));
      learned = all.select(Arrays.copyOfRange(order, count, order.length));
    }
    FeatureBins[] bins = Binning.of(learned, settings.inputs().maxBins(), categorical,
        spec.features(), job.team());
    Boosting boosting = new Boosting(settings, settings.toObjective(classes),
        BinnedRows.of(learned, bins, job.team()), learned.targets(),
        measured.map(table -> BinnedRows.of(table, bins, job.team())),
        measured.map(FeatureTable::targets).orElse(new double[0]), spec.seed(), job.team());
    SortedMap<String, Double> metrics = boosting.learn(job.listener());
    TreeGraph graph = new TreeGraph(spec, bins, learned.float64(), boosting.trees());
    return new Outcome(
        classifies
            ? graph.classifier(classes, boosting.outputs(),
                boosting.outputs() == 1 ? "LOGISTIC" : "SOFTMAX")
            : graph.regressor("SUM"),
        metrics);
  }
}
