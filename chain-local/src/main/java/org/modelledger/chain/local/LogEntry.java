package org.modelledger.chain.local;

import java.time.Instant;
import org.modelledger.model.InvalidNameException;
import org.modelledger.model.ModelVersionId;
import org.modelledger.registry.Command;
import org.modelledger.registry.Command.AcceptOwnership;
import org.modelledger.registry.Command.AnchorLog;
import org.modelledger.registry.Command.CreateModel;
import org.modelledger.registry.Command.DeployVersion;
import org.modelledger.registry.Command.GrantRole;
import org.modelledger.registry.Command.RegisterVersion;
import org.modelledger.registry.Command.RevokeRole;
import org.modelledger.registry.Command.RevokeVersion;
import org.modelledger.registry.Command.TransferOwnership;
import org.modelledger.registry.Command.UndeployModel;
import org.modelledger.registry.EventHeader;
import org.modelledger.registry.LedgerEvent;
import org.modelledger.registry.LedgerEvent.LogAnchored;
import org.modelledger.registry.LedgerEvent.ModelCreated;
import org.modelledger.registry.LedgerEvent.ModelDeployed;
import org.modelledger.registry.LedgerEvent.ModelTrained;
import org.modelledger.registry.LedgerEvent.ModelUndeployed;
import org.modelledger.registry.LedgerEvent.OwnershipTransferStarted;
import org.modelledger.registry.LedgerEvent.OwnershipTransferred;
import org.modelledger.registry.LedgerEvent.RoleChanged;
import org.modelledger.registry.LedgerEvent.VersionRevoked;
import org.modelledger.registry.LedgerPosition;
import org.modelledger.tlog.Hash;

/**
 * One entry of the log; docs/formats/local-registry.md.
 *
 * @param millis the ledger's time, in milliseconds since 1970
 * @param assigned what the ledger adds to the command
 * @param signed the command
 */
record LogEntry(long millis, Assigned assigned, SignedCommand signed) {
  private static final int SCHEMA = 1;

  byte[] encode() {
    return Cbor.encode(out -> {
      out.array(4).integer(SCHEMA).integer(millis);
      switch (assigned) {
        case Assigned.Nothing nothing -> out.nothing();
        case Assigned.Version version -> out.integer(version.number());
        case Assigned.PreviousOwner owner -> out.text(owner.account().value());
      }
      signed.write(out);
      out.end();
    });
  }

  /**
   * Reads what {@link #encode} writes and nothing else. The signature is not looked at.
   *
   * @throws MalformedEntryException if it is not an entry; says what was wanted
   */
  static LogEntry decode(byte[] bytes) throws MalformedEntryException {
    LogEntry entry;
    try {
      entry = Cbor.decode(bytes, in -> {
        in.array("entry");
        long schema = in.unsigned("schema");
        if (schema != SCHEMA) {
          throw new MalformedEntryException("schema is " + schema + ", this version reads "
              + SCHEMA);
        }
        long millis = in.unsigned("time");
        Assigned assigned = in.assigned("what the ledger assigned");
        SignedCommand signed = SignedCommand.read(in);
        in.endArray("entry");
        return new LogEntry(millis, assigned, signed);
      });
    } catch (IllegalArgumentException | InvalidNameException e) {
      throw new MalformedEntryException(String.valueOf(e.getMessage()), e);
    }
    Cbor.requireSame(bytes, entry.encode(), "the entry");
    return entry;
  }

  /**
   * Returns the event that this entry is.
   *
   * @param leaf the hash of the entry in the log's tree
   * @throws MalformedEntryException if the ledger assigned something of another kind
   */
  LedgerEvent event(long index, Hash leaf) throws MalformedEntryException {
    EventHeader header = new EventHeader(new LedgerPosition(index, 0), leaf.hex(),
        Instant.ofEpochMilli(millis), signed.author());
    Command<?> command = signed.command();
    if (command instanceof RegisterVersion c && assigned instanceof Assigned.Version version) {
      return new ModelTrained(header, new ModelVersionId(c.model(), version.number()), c.artifact(),
          c.statement());
    }
    if (command instanceof AcceptOwnership c
        && assigned instanceof Assigned.PreviousOwner(var previous)) {
      return new OwnershipTransferred(header, c.model(), previous, signed.author());
    }
    if (!(assigned instanceof Assigned.Nothing)) {
      throw unfit(command);
    }
    return switch (command) {
      case CreateModel c -> new ModelCreated(header, c.model());
      case DeployVersion c -> new ModelDeployed(header, c.version(), c.environment());
      case UndeployModel c -> new ModelUndeployed(header, c.model(), c.environment());
      case RevokeVersion c -> new VersionRevoked(header, c.version(), c.reason());
      case GrantRole c -> new RoleChanged(header, c.model(), c.account(), c.role(), true);
      case RevokeRole c -> new RoleChanged(header, c.model(), c.account(), c.role(), false);
      case TransferOwnership c -> new OwnershipTransferStarted(header, c.model(), c.newOwner());
      case AnchorLog c -> new LogAnchored(header, c.origin(), c.treeSize(), c.rootHash());
      case RegisterVersion c -> throw unfit(c);
      case AcceptOwnership c -> throw unfit(c);
    };
  }

  private MalformedEntryException unfit(Command<?> command) {
    return new MalformedEntryException("what the ledger assigned is " + assigned + ", which does"
        + " not fit " + command.getClass().getSimpleName());
  }
}
