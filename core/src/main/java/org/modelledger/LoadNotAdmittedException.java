package org.modelledger;

import org.modelledger.model.ModelLedgerException;
import org.modelledger.model.ModelVersionId;

/**
 * A version holds, but the ledger's {@link LoadPolicy} does not admit it. Nothing of it was run.
 *
 * @see UntrustedModelException
 */
public final class LoadNotAdmittedException extends ModelLedgerException {
  private static final long serialVersionUID = 1L;

  private final transient ModelVersionId version;
  private final LoadPolicy.Rule rule;
  private final String found;
  private final String expected;

  LoadNotAdmittedException(ModelVersionId version, LoadPolicy.Rule rule, String found,
      String expected) {
    super("the load policy does not admit " + version + ": found " + found + "; expected "
        + expected);
    this.version = version;
    this.rule = rule;
    this.found = found;
    this.expected = expected;
  }

  /** Returns what was not loaded. */
  public ModelVersionId version() {
    return version;
  }

  /** Returns what the policy asked about. */
  public LoadPolicy.Rule rule() {
    return rule;
  }

  /** Returns what was found, for a person. */
  public String found() {
    return found;
  }

  /** Returns what the policy demands, for a person. */
  public String expected() {
    return expected;
  }
}
