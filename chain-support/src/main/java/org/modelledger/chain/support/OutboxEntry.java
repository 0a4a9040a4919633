package org.modelledger.chain.support;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.modelledger.registry.SubmissionId;

/** A command in an {@link Outbox} as it was when it was read. Immutable. */
public final class OutboxEntry {
  private final long sequence;
  private final SubmissionId id;
  private final byte[] command;
  private final byte @Nullable [] outcome;

  /** Takes the arrays as they are. */
  OutboxEntry(long sequence, SubmissionId id, byte[] command, byte @Nullable [] outcome) {
    this.sequence = sequence;
    this.id = id;
    this.command = command;
    this.outcome = outcome;
  }

  /** Returns its place in the outbox, from 0. */
  public long sequence() {
    return sequence;
  }

  /** Returns the id under which it was added. */
  public SubmissionId id() {
    return id;
  }

  /** Returns a copy of the command. */
  public byte[] command() {
    return command.clone();
  }

  /** Returns a copy of what it was settled with; empty while it is pending. */
  public Optional<byte[]> outcome() {
    return outcome == null ? Optional.empty() : Optional.of(outcome.clone());
  }

  /** Says whether it has an outcome. */
  public boolean isSettled() {
    return outcome != null;
  }

  boolean hasCommand(byte[] other) {
    return Arrays.equals(command, other);
  }

  OutboxEntry settledWith(byte[] newOutcome) {
    return new OutboxEntry(sequence, id, command, newOutcome);
  }

  /** Returns the command itself; not to be changed. */
  byte[] rawCommand() {
    return command;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OutboxEntry entry && sequence == entry.sequence && id.equals(entry.id)
        && Arrays.equals(command, entry.command) && Arrays.equals(outcome, entry.outcome);
  }

  @Override
  public int hashCode() {
    return Objects.hash(sequence, id);
  }

  @Override
  public String toString() {
    return "OutboxEntry[" + sequence + ", " + id + ", " + command.length + " bytes"
        + (outcome == null ? "" : ", settled") + "]";
  }
}
