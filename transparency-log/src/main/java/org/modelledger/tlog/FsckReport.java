package org.modelledger.tlog;

import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * What came out of hashing a whole log again.
 *
 * @param checkpoint what the log was checked against
 * @param bundles number of entry bundles read
 * @param tiles number of hash tiles read
 * @param findings what is wrong, in the order of the log, the first 100; empty if nothing
 */
public record FsckReport(SignedCheckpoint checkpoint, long bundles, long tiles,
    List<Finding> findings) {

  /**
   * One thing that is wrong.
   *
   * @param path the file, relative to the log
   * @param index the entry concerned, from 0, where there is one
   * @param what what it was and what was wanted
   */
  public record Finding(String path, OptionalLong index, String what) {

    /** Requires all parts. */
    public Finding {
      Objects.requireNonNull(path, "path");
      Objects.requireNonNull(index, "index");
      Objects.requireNonNull(what, "what");
    }

    @Override
    public String toString() {
      return path + (index.isPresent() ? ", entry " + index.getAsLong() : "") + ": " + what;
    }
  }

  /** Copies the list. */
  public FsckReport {
    Objects.requireNonNull(checkpoint, "checkpoint");
    findings = List.copyOf(findings);
  }

  /** Returns whether everything is as the checkpoint says. */
  public boolean isIntact() {
    return findings.isEmpty();
  }

  /**
   * Does nothing if everything is as the checkpoint says.
   *
   * @throws ProofException with the first finding
   */
  public void requireIntact() throws ProofException {
    if (!findings.isEmpty()) {
      throw new ProofException(findings.getFirst() + (findings.size() > 1
          ? " (and " + (findings.size() - 1) + " more)"
          : ""));
    }
  }
}
