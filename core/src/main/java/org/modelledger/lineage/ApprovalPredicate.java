package org.modelledger.lineage;

import static org.modelledger.lineage.Predicates.object;

import java.util.List;
import org.modelledger.internal.intoto.InTotoStatement;
import org.modelledger.internal.intoto.InTotoStatement.Subject;
import org.modelledger.internal.json.JsonObject;
import org.modelledger.model.AccountId;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelFormatException;
import org.modelledger.model.ModelVersionId;

/** An approval as in-toto, docs/formats/approval-statement.md. */
final class ApprovalPredicate {
  static final String TYPE = "https://modelledger.org/approval/v1";

  private ApprovalPredicate() {}

  static byte[] encode(ApprovalStatement statement) {
    return InTotoStatement.encode(
        List.of(new Subject(statement.version().toString(), statement.artifact())), TYPE,
        object("ledger", statement.ledger(), "lineage",
            object("digest", Predicates.digest(statement.statement())), "environment",
            statement.environment().value(), "approver", statement.approver().value(),
            "approvedOn", statement.time().toString(), "comment", statement.comment()));
  }

  static ApprovalStatement decode(InTotoStatement statement) {
    if (statement.subjects().size() != 1) {
      throw new ModelFormatException("an approval is about one version, this one about "
          + statement.subjects().size());
    }
    Subject subject = statement.subjects().getFirst();
    JsonObject predicate = statement.predicate();
    return new ApprovalStatement(predicate.string("ledger"),
        ModelVersionId.parse(subject.name()), subject.digest(),
        Predicates.digest(predicate.object("lineage")),
        EnvironmentName.of(predicate.string("environment")),
        AccountId.of(predicate.string("approver")), predicate.string("comment"),
        Predicates.instant(predicate, "approvedOn"));
  }
}
