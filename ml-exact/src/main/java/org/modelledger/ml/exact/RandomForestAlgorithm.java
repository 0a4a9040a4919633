package org.modelledger.ml.exact;

import java.util.Optional;
import java.util.SortedMap;
import org.modelledger.training.TrainingSpec;

/** Random forests. */
final class RandomForestAlgorithm implements Algorithm {

  @Override
  public Fit understand(TrainingSpec spec, boolean validated) {
    ForestSettings settings = ForestSettings.of(spec);
    TreeInputs.checkColumns(spec);
    return job -> learn(settings, job);
  }

  private static Outcome learn(ForestSettings settings, Job job) throws InterruptedException {
    TrainingSpec spec = job.spec();
    boolean missing = settings.inputs().missing();
    boolean classifies = settings.classifies();
    FeatureTable learned = FeatureTable.read(job.training(), spec, new FeatureTable.Expected(
        missing, classifies, settings.classes(), Optional.empty()), "the training data");
    boolean[] categorical = settings.inputs().categoricalOf(learned.features());
    int classes = classifies ? TreeInputs.labels(learned, settings.classes(), spec) : 0;
    Optional<FeatureTable> measured = Optional.empty();
    if (job.validation().isPresent()) {
      measured = Optional.of(FeatureTable.read(job.validation().get(), spec,
          new FeatureTable.Expected(missing, classifies, classes, Optional.of(learned)),
          "the validation data"));
    }
    FeatureBins[] bins = Binning.of(learned, settings.inputs().maxBins(), categorical,
        spec.features(), job.team());
    Forest forest = new Forest(settings, classes, BinnedRows.of(learned, bins, job.team()),
        learned.targets(), measured.map(table -> BinnedRows.of(table, bins, job.team())),
        measured.map(FeatureTable::targets).orElse(new double[0]), spec.seed(), job.team());
    SortedMap<String, Double> metrics = forest.learn(job.listener());
    TreeGraph graph = new TreeGraph(spec, bins, learned.float64(), forest.trees());
    return new Outcome(
        classifies ? graph.classifier(classes, 1, "NONE") : graph.regressor("AVERAGE"), metrics);
  }
}
