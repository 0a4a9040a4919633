package org.modelledger.lineage;

import java.util.Objects;
import org.modelledger.model.AccountId;
import org.modelledger.model.Digest;
import org.modelledger.model.EnvironmentName;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.LedgerPosition;

/** A thing in a {@link LineageGraph}. */
public sealed interface LineageNode {
  /**
   * A file of data, or tensors.
   *
   * @param digest of its bytes
   * @param name the first one that a statement gives it
   */
  record Data(Digest digest, String name) implements LineageNode {
    public Data {
      Objects.requireNonNull(digest, "digest");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * A data set that a statement is about.
   *
   * @param statement the digest of the statement's envelope
   * @param name what the statement calls it
   */
  record Dataset(Digest statement, String name) implements LineageNode {
    public Dataset {
      Objects.requireNonNull(statement, "statement");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * The files of a model, which several versions may have.
   *
   * @param digest their OMS root digest
   */
  record Artifact(Digest digest) implements LineageNode {
    public Artifact {
      Objects.requireNonNull(digest, "digest");
    }
  }

  /**
   * A registered version.
   *
   * @param id model and number
   * @param artifact the digest of its files
   * @param statement the digest of its lineage statement
   */
  record Version(ModelVersionId id, Digest artifact, Digest statement) implements LineageNode {
    public Version {
      Objects.requireNonNull(id, "id");
      Objects.requireNonNull(artifact, "artifact");
      Objects.requireNonNull(statement, "statement");
    }
  }

  /**
   * An evaluation of a version.
   *
   * @param statement the digest of its envelope
   * @param version what it says it evaluated
   * @param result what its tests say
   */
  record Evaluation(Digest statement, ModelVersionId version, EvaluationStatement.Result result)
      implements
        LineageNode {
    public Evaluation {
      Objects.requireNonNull(statement, "statement");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(result, "result");
    }
  }

  /**
   * An approval. Whether it counts is for a {@link DeployPolicy} to say.
   *
   * @param statement the digest of its envelope
   * @param version what it says it approves
   * @param environment where to
   * @param approver in whose name
   */
  record Approval(Digest statement, ModelVersionId version, EnvironmentName environment,
      AccountId approver) implements LineageNode {
    public Approval {
      Objects.requireNonNull(statement, "statement");
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(environment, "environment");
      Objects.requireNonNull(approver, "approver");
    }
  }

  /**
   * A version was put into an environment.
   *
   * @param version which one
   * @param environment where to
   * @param position where the ledger says so
   */
  record Deployment(ModelVersionId version, EnvironmentName environment, LedgerPosition position)
      implements
        LineageNode {
    public Deployment {
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(environment, "environment");
      Objects.requireNonNull(position, "position");
    }
  }
}
