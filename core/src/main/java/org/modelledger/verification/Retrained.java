package org.modelledger.verification;

import java.util.List;
import java.util.Objects;
import org.modelledger.model.Digest;

/** What came of training a version again. Each says in a sentence for a person what was found. */
public sealed interface Retrained {
  /** Returns what was found, and what was expected where it was not. */
  String explanation();

  /**
   * The same files came of it, to the last bit.
   *
   * @param artifact the OMS root digest of both
   */
  record Same(Digest artifact) implements Retrained {
    public Same {
      Objects.requireNonNull(artifact, "artifact");
    }

    @Override
    public String explanation() {
      return "training again makes the same files, " + artifact;
    }
  }

  /**
   * Other files came of it, although trainer, specification and data are those of the statement: so it
   * does not say how the registered files came about.
   *
   * @param registered the OMS root digest that the statement is about
   * @param found that of the files that came of it
   * @param differences each file that is another, missing or additional, by name
   */
  record OtherModel(Digest registered, Digest found, List<String> differences)
      implements
        Retrained {
    public OtherModel {
      Objects.requireNonNull(registered, "registered");
      Objects.requireNonNull(found, "found");
      differences = List.copyOf(differences);
    }

    @Override
    public String explanation() {
      return "training again makes " + found + ", the statement is about " + registered + ": "
          + String.join("; ", differences);
    }
  }

  /**
   * It was not trained again, or the outcome would show nothing.
   *
   * @param obstacle what stands in the way
   * @param explanation what was found, and what was expected
   */
  record NotPossible(Obstacle obstacle, String explanation) implements Retrained {
    public NotPossible {
      Objects.requireNonNull(obstacle, "obstacle");
      Objects.requireNonNull(explanation, "explanation");
    }
  }

  /** Why a training is not repeated. */
  enum Obstacle {
    /** The statement does not say what was asked of a trainer: the model was made elsewhere. */
    NO_SPECIFICATION,
    /** No trainer of this name is installed. */
    NO_TRAINER,
    /** The trainer that is installed has another version. */
    OTHER_VERSION,
    /** The trainer does not promise the same files again, here. */
    NOT_PROMISED,
    /** The data is not what the statement names. */
    OTHER_DATA,
    /** The trainer refused the specification or the data, or failed. */
    REFUSED
  }
}
