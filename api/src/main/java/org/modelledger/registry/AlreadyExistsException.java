package org.modelledger.registry;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.model.ModelVersionId;

/**
 * What the command would make is there already: the model, the role, or a version with the same two
 * digests, which it names.
 */
public final class AlreadyExistsException extends CommandRefusedException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ModelVersionId existing;

  /** @param message which thing, what it is, what was wanted */
  public AlreadyExistsException(String message) {
    super(message);
    this.existing = null;
  }

  /** @param existing the version that has these digests */
  public AlreadyExistsException(String message, ModelVersionId existing) {
    super(message);
    this.existing = existing;
  }

  /** Returns the version that has the same digests, if it is a version that exists. */
  public Optional<ModelVersionId> existing() {
    return Optional.ofNullable(existing);
  }
}
