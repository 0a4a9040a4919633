package org.modelledger.chain.fabric;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import org.modelledger.chain.fabric.protocol.FabricCommands;
import org.modelledger.chain.fabric.protocol.Lane;
import org.modelledger.chain.fabric.protocol.MalformedInputException;
import org.modelledger.chain.fabric.protocol.Outcome;
import org.modelledger.chain.support.Recorded;
import org.modelledger.model.AccountId;
import org.modelledger.registry.Command;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.registry.SubmissionId;

/**
 * What became of a command, with its place, time and author.
 *
 * @param header where and when, and by whom
 * @param outcome what
 * @param lane in whose lane, if in one; known only while the block is being read
 */
record Indexed(EventHeader header, Outcome outcome, Optional<Lane> lane) {
  Indexed(EventHeader header, Outcome outcome) {
    this(header, outcome, Optional.empty());
  }

  /** Returns the event, if the command was accepted. */
  Optional<LedgerEvent> event() {
    return outcome instanceof Outcome.Accepted accepted
        ? Optional.of(accepted.event(header))
        : Optional.empty();
  }

  /**
   * Returns what is known of a submission for good; empty if the text that was submitted is no command,
   * which only other clients than this one can have done, or if it repeats another one.
   */
  Optional<Recorded> recorded() {
    Optional<SubmissionId> id = outcome.id();
    if (id.isEmpty()) {
      return Optional.empty();
    }
    return switch (outcome) {
      case Outcome.Accepted accepted -> Optional.of(new Recorded.Accepted(id.get(),
          accepted.command(), accepted.event(header)));
      case Outcome.Refused refused -> command(refused)
          .map(command -> new Recorded.Refused(id.get(), command,
              () -> refused.refusal().exception(command)));
      case Outcome.Repeated repeated -> Optional.empty();
    };
  }

  private static Optional<Command<?>> command(Outcome.Refused refused) {
    try {
      return Optional.of(FabricCommands.read(refused.call()));
    } catch (MalformedInputException e) {
      return Optional.empty();
    }
  }

  byte[] write() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(header.transactionId());
      Instant time = header.time();
      out.writeLong(time.getEpochSecond());
      out.writeInt(time.getNano());
      out.writeUTF(header.author().value());
      out.write(outcome.toJson());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Indexed read(LedgerPosition position, byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      String transaction = in.readUTF();
      Instant time = Instant.ofEpochSecond(in.readLong(), in.readInt());
      AccountId author = AccountId.of(in.readUTF());
      return new Indexed(new EventHeader(position, transaction, time, author),
          Outcome.parse(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
