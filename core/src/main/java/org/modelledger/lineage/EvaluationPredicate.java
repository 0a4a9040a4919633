package org.modelledger.lineage;

import static org.modelledger.lineage.Predicates.object;

import java.util.List;
import java.util.Map;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.intoto.InTotoStatement.Subject;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.training.DataSource;

/**
 * An evaluation as in-toto's test result (in-toto attestation framework, spec/predicates/test-result.md),
 * docs/formats/evaluation-statement.md.
 */
final class EvaluationPredicate {
  static final String TYPE = "https://in-toto.io/attestation/test-result/v0.1";

  private EvaluationPredicate() {}

  static byte[] encode(EvaluationStatement statement) {
    return InTotoStatement.encode(
        List.of(new Subject(statement.version().toString(), statement.artifact())), TYPE,
        object("result", statement.result().name(), "configuration",
            statement.data().stream().map(EvaluationPredicate::data).toList(), "passedTests",
            statement.passed(), "warnedTests", statement.warned(), "failedTests",
            statement.failed(), "modelledger_evaluator", statement.evaluator(),
            "modelledger_finishedOn", statement.time().toString(), "modelledger_metrics",
            statement.metrics()));
  }

  private static Map<String, Object> data(DataSource source) {
    Map<String, Object> resource = Predicates.resource(source);
    resource.put("annotations", object("role", "data"));
    return resource;
  }

  static EvaluationStatement decode(InTotoStatement statement) {
    if (statement.subjects().size() != 1) {
      throw new ModelFormatException("an evaluation is about one version, this one about "
          + statement.subjects().size());
    }
    Subject subject = statement.subjects().getFirst();
    JsonObject predicate = statement.predicate();
    EvaluationStatement evaluation = new EvaluationStatement(ModelVersionId.parse(subject.name()),
        subject.digest(), predicate.string("modelledger_evaluator"),
        Predicates.resources(predicate, "configuration"),
        Predicates.metrics(predicate.object("modelledger_metrics")),
        predicate.strings("passedTests"), predicate.strings("warnedTests"),
        predicate.strings("failedTests"),
        Predicates.instant(predicate, "modelledger_finishedOn"));
    if (!predicate.string("result").equals(evaluation.result().name())) {
      throw predicate.wrong("result", "'" + evaluation.result() + "', as its tests have it",
          predicate.string("result"));
    }
    return evaluation;
  }
}
